using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Operator.Testing.Canaries;

namespace Operator.Testing.Mail;

/// <summary>A server certificate from a throw-away authority, as PEM.</summary>
public sealed record TestCertificate(string ChainPem, string KeyPem, string LeafSha256)
{
    private const string Authority = "CN=Test authority";

    /// <summary>The authority that signed it, as PEM.</summary>
    public string AuthorityPem { get; private init; } = "";

    /// <summary>Makes a certificate that is valid from an hour before <paramref name="now"/>.</summary>
    public static TestCertificate Create(DateTimeOffset now, string name = "mail.test", TimeSpan? validFor = null) => Create(now, [name], validFor);

    /// <summary>The same for several host names.</summary>
    public static TestCertificate Create(DateTimeOffset now, IReadOnlyList<string> names, TimeSpan? validFor = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Create(now, new CertificateRequest($"CN={names[0]}", key, HashAlgorithmName.SHA256), key, names, validFor);
    }

    /// <summary>
    /// What cert-manager may write while the real one is being issued: the wanted names, but a serial number as its only subject, signed by an authority that is thrown
    /// away (cert-manager pkg/util/pki/temporarycertificate.go:GenerateLocallySignedTemporaryCertificate).
    /// </summary>
    public static TestCertificate CreateTemporary(DateTimeOffset now, string name = "mail.test")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("SERIALNUMBER=1234567890", key, HashAlgorithmName.SHA256);
        var made = Create(now, request, key, [name], validFor: null, "CN=cert-manager.local");
        return made with { ChainPem = made.ChainPem[..^made.AuthorityPem.Length] };
    }

    /// <summary>The same with an RSA key of a size.</summary>
    public static TestCertificate CreateRsa(DateTimeOffset now, int bits, string name = "mail.test")
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Create(now, request, key, [name], validFor: null);
    }

    private static TestCertificate Create(DateTimeOffset now, CertificateRequest request, AsymmetricAlgorithm key, IReadOnlyList<string> names, TimeSpan? validFor, string by = Authority)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest(by, authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-2), now.AddDays(365));
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        var until = now + (validFor ?? TimeSpan.FromDays(90));
        var signer = X509SignatureGenerator.CreateForECDsa(authorityKey);
        using var leaf = request.Create(authority.SubjectName, signer, now.AddHours(-1), until, RandomNumberGenerator.GetBytes(16));
        var made = new TestCertificate(
            leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem() + "\n",
            key.ExportPkcs8PrivateKeyPem() + "\n",
            Convert.ToHexStringLower(SHA256.HashData(leaf.RawData)))
        {
            AuthorityPem = authority.ExportCertificatePem() + "\n",
        };
        KnownCanaries.KeyOf(made);
        return made;
    }

    /// <summary>An RSA key behind a password, as PEM.</summary>
    public string EncryptedKeyPem(string password)
    {
        using var key = RSA.Create();
        key.ImportFromPem(KeyPem);
        return key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000)) + "\n";
    }
}
