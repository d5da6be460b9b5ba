using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Operator.Entities.Contract;

/// <summary>The digest that names a generation: the same bytes give the same name, in the operator and in the sidecar.</summary>
public static class BundleDigest
{
    /// <summary>Length of a digest: SHA-256 as lower-case hexadecimal.</summary>
    public const int Length = 64;

    /// <summary>
    /// SHA-256 over the files in ordinal order of their names, each as length and bytes of name and content, so that no two
    /// different bundles share an encoding.
    /// </summary>
    public static string Compute(IReadOnlyDictionary<string, byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in files.Keys.Order(StringComparer.Ordinal))
        {
            Append(hash, Encoding.UTF8.GetBytes(name));
            Append(hash, files[name]);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, field.Length);
        hash.AppendData(length);
        hash.AppendData(field);
    }
}
