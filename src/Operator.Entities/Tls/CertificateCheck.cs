using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Entities.Tls;

/// <summary>The kind of a leaf's key: a server may have one certificate of each.</summary>
public enum KeyKind
{
    /// <summary>RSA.</summary>
    Rsa,

    /// <summary>Elliptic curve (ECDSA).</summary>
    EllipticCurve,
}

/// <summary>What a certificate that passed the check says of itself.</summary>
/// <param name="Sha256">SHA-256 of the leaf's DER form, lower-case hexadecimal.</param>
/// <param name="Subject">Subject of the leaf.</param>
/// <param name="NotAfter">When the leaf expires.</param>
/// <param name="DnsNames">The leaf's DNS names.</param>
public sealed record CertificateFacts(string Sha256, string Subject, DateTimeOffset NotAfter, IReadOnlyList<string> DnsNames)
{
    /// <summary>From when on the leaf is valid.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>The kind of its key.</summary>
    public KeyKind Kind { get; init; }

    /// <summary>A signature in its chain that some servers refuse: the cause, when this one does. Null when there is none.</summary>
    public CertificateProblem? WeakSignature { get; init; }
}

/// <summary>Why a certificate was refused.</summary>
/// <param name="Reason">CamelCase word, fit for a condition's reason.</param>
/// <param name="Message">The cause, naming the key (tls.crt, tls.key); never any content of a key.</param>
public sealed record CertificateProblem(string Reason, string Message);

/// <summary>Judges a certificate chain and its key before Cyrus sees them. Pure: the time is given.</summary>
public static class CertificateCheck
{
    // The throw-away authority that signs the temporary certificate which cert-manager may write while the real one is being issued
    // (cert-manager pkg/util/pki/temporarycertificate.go:GenerateLocallySignedTemporaryCertificate).
    private const string CertManagerTemporaryAuthority = "CN=cert-manager.local";

    private const string RsaKey = "1.2.840.113549.1.1.1"; // RFC 8017: rsaEncryption

    /// <summary>Checks that the pair is what a server can present now.</summary>
    /// <param name="chainPem">Content of tls.crt: the leaf, then its issuers.</param>
    /// <param name="keyPem">Content of tls.key.</param>
    /// <param name="demands">What is asked of it besides.</param>
    /// <param name="facts">What was found, when there is no problem.</param>
    /// <returns>The first problem, or null.</returns>
    public static CertificateProblem? Check(string chainPem, string keyPem, CertificateDemands demands, out CertificateFacts? facts)
    {
        facts = null;
        if (string.IsNullOrWhiteSpace(chainPem))
            return new("CertificateEmpty", "tls.crt is empty");
        if (string.IsNullOrWhiteSpace(keyPem))
            return new("KeyEmpty", "tls.key is empty");
        var chain = new X509Certificate2Collection();
        try
        {
            try
            {
                chain.ImportFromPem(chainPem);
            }
            catch (CryptographicException)
            {
                return new("CertificateInvalid", "tls.crt holds a certificate that cannot be parsed");
            }
            return chain.Count == 0 ? new("CertificateInvalid", "tls.crt holds no PEM certificate") : Judge(chain, keyPem, demands, out facts);
        }
        catch (Exception error) when (error is CryptographicException or PlatformNotSupportedException)
        {
            // Its parts are parsed when they are looked at; a curve that nobody knows is a platform that does not support it.
            facts = null;
            return new("CertificateInvalid", "tls.crt holds a certificate of which a part cannot be parsed");
        }
        finally
        {
            foreach (var certificate in chain)
                certificate.Dispose();
        }
    }

    private static CertificateProblem? Judge(X509Certificate2Collection chain, string keyPem, CertificateDemands demands, out CertificateFacts? facts)
    {
        var found = Describe(chain[0]);
        var problem = JudgeChain(chain, demands.ValidAt)
            ?? JudgeKey(chain[0], keyPem)
            ?? SecurityLevel.Check(chain, demands.Level)
            ?? JudgeNames(found, demands.DnsNames);
        facts = problem is null ? found with { WeakSignature = SecurityLevel.FindWeakSignature(chain, demands.Level) } : null;
        return problem;
    }

    /// <summary>The facts of one certificate.</summary>
    public static CertificateFacts Describe(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static san => san.EnumerateDnsNames());
        return new(
            Convert.ToHexStringLower(SHA256.HashData(leaf.RawData)), leaf.Subject, leaf.NotAfter.ToUniversalTime(), [.. names])
        {
            NotBefore = leaf.NotBefore.ToUniversalTime(),
            Kind = leaf.PublicKey.Oid.Value == RsaKey ? KeyKind.Rsa : KeyKind.EllipticCurve,
        };
    }

    /// <summary>Judges a pair of certificates that one server shall have.</summary>
    /// <returns>CertificateKindTwice when their keys are of one kind: OpenSSL keeps the last of each (SSL_CTX_use_certificate(3)). Null otherwise.</returns>
    public static CertificateProblem? CheckKinds(CertificateFacts first, CertificateFacts second) => first.Kind != second.Kind
        ? null
        : new("CertificateKindTwice", $"tls.crt: its key is of the same kind ({NameOf(first.Kind)}) as the first one's; the server would present this one only");

    /// <summary>The kind in words.</summary>
    public static string NameOf(KeyKind kind) => kind == KeyKind.Rsa ? "RSA" : "elliptic curve";

    private static CertificateProblem? JudgeChain(X509Certificate2Collection chain, DateTimeOffset? validAt)
    {
        var leaf = chain[0];
        if (leaf.Issuer == CertManagerTemporaryAuthority)
            return new("CertificateTemporary", "tls.crt is cert-manager's temporary certificate; waiting for the issued one");
        if (validAt >= leaf.NotAfter)
            return new("CertificateExpired", $"tls.crt expired at {leaf.NotAfter.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}");
        if (validAt < leaf.NotBefore)
            return new("CertificateNotYetValid", $"tls.crt is valid only from {leaf.NotBefore.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}");
        for (var index = 1; index < chain.Count; index++)
        {
            if (!chain[index - 1].IssuerName.RawData.AsSpan().SequenceEqual(chain[index].SubjectName.RawData))
                return new("ChainOutOfOrder", $"tls.crt: certificate {index + 1} is not the issuer of certificate {index}");
        }
        return null;
    }

    private static CertificateProblem? JudgeNames(CertificateFacts leaf, IReadOnlyList<string> wanted)
    {
        if (HostNames.FirstUncovered(wanted, leaf.DnsNames) is not { } missing)
            return null;
        var names = leaf.DnsNames.Count == 0 ? "no host name" : string.Join(", ", leaf.DnsNames);
        return new("CertificateNameMismatch", $"tls.crt does not cover the host name {missing} of spec.tls.dnsNames; it covers {names}");
    }

    private static CertificateProblem? JudgeKey(X509Certificate2 leaf, string keyPem)
    {
        var expected = leaf.PublicKey.ExportSubjectPublicKeyInfo();
        try
        {
            using var key = Import(leaf, keyPem);
            if (key is null)
                return new("KeyUnsupported", $"the key algorithm {leaf.PublicKey.Oid.FriendlyName} of tls.crt is not supported");
            return key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(expected)
                ? null
                : new("KeyMismatch", "tls.key does not belong to the certificate in tls.crt");
        }
        catch (CryptographicException)
        {
            // PEM of another algorithm ends here too: the key cannot be the leaf's.
            return new("KeyInvalid", "tls.key cannot be parsed as a private key of the kind that tls.crt needs");
        }
        catch (PlatformNotSupportedException)
        {
            return new("KeyUnsupported", "tls.crt: the leaf's key is on a curve that is not supported");
        }
        catch (ArgumentException)
        {
            return new("KeyInvalid", "tls.key holds no unencrypted PEM private key");
        }
    }

    private static AsymmetricAlgorithm? Import(X509Certificate2 leaf, string keyPem)
    {
        AsymmetricAlgorithm? key = leaf.GetRSAPublicKey() is { } rsa ? Replace(rsa, RSA.Create())
            : leaf.GetECDsaPublicKey() is { } ecdsa ? Replace(ecdsa, ECDsa.Create())
            : null;
        key?.ImportFromPem(keyPem);
        return key;
    }

    private static AsymmetricAlgorithm Replace(AsymmetricAlgorithm found, AsymmetricAlgorithm blank)
    {
        found.Dispose();
        return blank;
    }
}
