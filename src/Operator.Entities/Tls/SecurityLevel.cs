using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Operator.Entities.Configuration;

namespace Operator.Entities.Tls;

/// <summary>
/// What OpenSSL's security level refuses of a certificate chain when a server loads it (SSL_CTX_set_security_level(3)). The thresholds are those of
/// the real imapd of Cyrus 3.6 with OpenSSL 3.0 and 3.10 with 3.5 (WeakCertificateTests). Pure.
/// </summary>
public static partial class SecurityLevel
{
    /// <summary>The level of Debian's OpenSSL; higher ones are left to the trial worker.</summary>
    public const int Default = 2;

    private const string CurveKey = "1.2.840.10045.2.1"; // RFC 5480: id-ecPublicKey

    private static readonly string[] CipherOptions = ["tls_ciphers", "tls_cipher_list"];

    // The fewest bits that pass, by level. OpenSSL rounds its estimate of an RSA key's strength, so 2048 is not the limit of level 2.
    private static readonly int[] RsaBits = [0, 920, 1963];
    private static readonly int[] CurveBits = [0, 160, 224];

    // DER of the curves that TLS clients offer for signatures (RFC 8446, 4.2.3); with a leaf on another one there is no shared cipher.
    private static readonly string[] TlsCurves = ["06082A8648CE3D030107", "06052B81040022", "06052B81040023"];

    // By OID, with the first level that refuses it: since OpenSSL 3.0 MD5 and SHA-1 count for less than the 80 bits of level 1 (openssl PR 10787).
    private static readonly Dictionary<string, (string Name, int Level)> WeakSignatures = new()
    {
        ["1.2.840.113549.1.1.4"] = ("MD5", 1),
        ["1.2.840.113549.1.1.5"] = ("SHA-1", 1),
        ["1.2.840.10045.4.1"] = ("SHA-1", 1),
    };

    /// <summary>
    /// The lowest level that imapd.conf gives to any service by <c>@SECLEVEL=</c> in its cipher list: what passes there is not refused here.
    /// </summary>
    public static int Of(ImapdConf options)
    {
        var lists = options.Options.Where(static option => CipherOptions.Any(name => IsFor(option.Key, name))).ToList();
        var levels = lists.Select(static option => Of(option.Value));
        var isForAll = lists.Any(static option => CipherOptions.Contains(option.Key));
        return isForAll ? levels.Min() : levels.Append(Default).Min();
    }

    /// <summary>The first certificate of the chain that a server at <paramref name="level"/> cannot load or use, or null.</summary>
    public static CertificateProblem? Check(X509Certificate2Collection chain, int level)
    {
        if (chain[0].PublicKey is { Oid.Value: CurveKey } leaf && !TlsCurves.Contains(Convert.ToHexString(leaf.EncodedParameters?.RawData ?? [])))
            return new("KeyUnsupported", "tls.crt: the leaf's key is on a curve that TLS clients do not offer; expected P-256, P-384 or P-521");
        return Enumerable.Range(0, chain.Count).Select(index => CheckKey(chain[index], index, level)).FirstOrDefault(static problem => problem is not null);
    }

    /// <summary>
    /// The first certificate of the chain with a signature that some servers at <paramref name="level"/> refuse and others load: OpenSSL 3.0.19 does
    /// not load its own certificate with one, 3.5.9 does (compare openssl PR 31271: which version does, its number does not tell). Null when there is
    /// none.
    /// </summary>
    public static CertificateProblem? FindWeakSignature(X509Certificate2Collection chain, int level) =>
        Enumerable.Range(0, chain.Count).Select(index => CheckSignature(chain[index], index, level)).FirstOrDefault(static problem => problem is not null);

    private static CertificateProblem? CheckKey(X509Certificate2 certificate, int index, int level)
    {
        var (kind, bits) = KeyOf(certificate);
        var least = kind == "RSA" ? RsaBits[level] : CurveBits[level];
        return bits >= least ? null : new(
            "KeyTooSmall",
            $"tls.crt: certificate {index + 1} has a key ({kind}) of {bits} bits; the server refuses fewer than {least} (OpenSSL security level {level})");
    }

    private static (string Kind, int Bits) KeyOf(X509Certificate2 certificate)
    {
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            using var curve = certificate.GetECDsaPublicKey();
            return rsa is not null ? ("RSA", rsa.KeySize) : ("elliptic curve", curve?.KeySize ?? int.MaxValue);
        }
        catch (Exception error) when (error is CryptographicException or PlatformNotSupportedException)
        {
            return ("unknown", int.MaxValue); // a curve that is not known here: the trial worker has the word
        }
    }

    /// <summary>OpenSSL does not look at the signature of a self-signed certificate: it trusts such a one or not, whatever it says.</summary>
    private static CertificateProblem? CheckSignature(X509Certificate2 certificate, int index, int level)
    {
        var isSelfSigned = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        if (isSelfSigned || !WeakSignatures.TryGetValue(certificate.SignatureAlgorithm.Value ?? "", out var weak) || level < weak.Level)
            return null;
        return new(
            "SignatureTooWeak",
            $"tls.crt: certificate {index + 1} is signed with {weak.Name}, which is too weak for OpenSSL's security level {level}");
    }

    private static bool IsFor(string key, string option) => key == option || key.EndsWith("_" + option, StringComparison.Ordinal);

    private static int Of(string ciphers) =>
        Level().Matches(ciphers) is [.., var last] ? Math.Min(Default, int.Parse(last.Groups[1].Value, CultureInfo.InvariantCulture)) : Default;

    [GeneratedRegex("@SECLEVEL=([0-5])")]
    private static partial Regex Level();
}
