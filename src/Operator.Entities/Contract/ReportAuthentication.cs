using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Operator.Entities.Contract;

/// <summary>
/// How a request for a report and its answer prove that they come from who knows the server's key (docs/adr/0014): HMAC-SHA-256 over a purpose and the
/// fields, each with its length before it, so that no two messages share an encoding. Pure but for the nonce.
/// </summary>
public static class ReportAuthentication
{
    /// <summary>Header of a request: bytes that were never used before, base64url.</summary>
    public const string NonceHeader = "Cyrus-Report-Nonce";

    /// <summary>Header of a request: the highest <see cref="ReloadReport.Version"/> that the asker understands.</summary>
    public const string VersionHeader = "Cyrus-Report-Version";

    /// <summary>Header of a request and of an answer: its MAC, base64url.</summary>
    public const string MacHeader = "Cyrus-Report-Mac";

    /// <summary>Bytes of a nonce.</summary>
    public const int NonceLength = 16;

    /// <summary>Makes a nonce.</summary>
    public static string NewNonce() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceLength));

    /// <summary>The MAC of a request.</summary>
    /// <param name="key">The server's key.</param>
    /// <param name="nonce">As in <see cref="NonceHeader"/>.</param>
    /// <param name="version">As in <see cref="VersionHeader"/>.</param>
    /// <param name="target">Path and query as they are sent; not the host, by which a pod has several names.</param>
    public static string MacOfRequest(ReportKey key, string nonce, string version, string target) =>
        Mac(key, "request", Encoding.UTF8.GetBytes(version), Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(target));

    /// <summary>The MAC of an answer.</summary>
    /// <param name="key">The server's key.</param>
    /// <param name="nonce">The request's: an answer is good for one request.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The answer's bytes.</param>
    public static string MacOfAnswer(ReportKey key, string nonce, int status, ReadOnlySpan<byte> body) =>
        Mac(key, "answer", Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(status.ToString(CultureInfo.InvariantCulture)), body);

    /// <summary>Whether a request may have the report.</summary>
    public static bool IsAllowed(ReportKey key, string? nonce, string? version, string target, string? mac) =>
        nonce is { Length: > 0 } && version is not null && Base64Url.IsValid(nonce, out var length) && length >= NonceLength
        && IsSame(mac, MacOfRequest(key, nonce, version, target));

    /// <summary>Compares in a time that tells nothing about where they differ.</summary>
    public static bool IsSame(string? given, string right) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(right));

    private static string Mac(ReportKey key, string purpose, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        using var mac = key.StartMac();
        Append(mac, Encoding.UTF8.GetBytes(purpose));
        Append(mac, first);
        Append(mac, second);
        Append(mac, third);
        return Base64Url.EncodeToString(mac.GetHashAndReset());
    }

    private static void Append(IncrementalHash mac, ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, field.Length);
        mac.AppendData(length);
        mac.AppendData(field);
    }
}
