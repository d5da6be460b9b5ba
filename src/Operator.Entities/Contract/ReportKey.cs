using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Operator.Entities.Contract;

/// <summary>
/// What an operator and the sidecars of one server know and nobody else: by it they believe each other's requests and reports. A type of its own,
/// so that it can never be printed by accident.
/// </summary>
public sealed class ReportKey
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 32;

    private readonly byte[] bytes;

    private ReportKey(byte[] bytes) => this.bytes = bytes;

    /// <summary>Makes a new one of random bytes.</summary>
    public static ReportKey Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads what <see cref="ToText"/> gave, white space around it aside.</summary>
    /// <returns>Null when it is none.</returns>
    public static ReportKey? Parse(ReadOnlySpan<byte> text)
    {
        Span<byte> key = stackalloc byte[Length + 1];
        var trimmed = text.Trim(" \t\r\n"u8);
        return Base64Url.IsValid(trimmed, out var length) && length == Length && Base64Url.TryDecodeFromUtf8(trimmed, key, out var written)
            ? new ReportKey(key[..written].ToArray())
            : null;
    }

    /// <summary>Its form in the bundle Secret under <see cref="BundleFiles.ReportKey"/>: base64url. A secret.</summary>
    public byte[] ToText() => Encoding.ASCII.GetBytes(Base64Url.EncodeToString(bytes));

    /// <summary>Starts an HMAC-SHA-256.</summary>
    internal IncrementalHash StartMac() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, bytes);

    /// <summary>Nothing of the key.</summary>
    public override string ToString() => "(a report key)";
}
