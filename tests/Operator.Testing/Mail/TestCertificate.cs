using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Testing.Mail;

/// <summary>A server certificate from a throw-away authority, as PEM.</summary>
public sealed record TestCertificate(string ChainPem, string KeyPem, string LeafSha256)
{
    /// <summary>Makes a certificate that is valid from an hour before <paramref name="now"/>.</summary>
    public static TestCertificate Create(DateTimeOffset now, string name = "mail.test", TimeSpan? validFor = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Create(now, new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256), key, name, validFor);
    }

    /// <summary>The same with an RSA key of a size.</summary>
    public static TestCertificate CreateRsa(DateTimeOffset now, int bits, string name = "mail.test")
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Create(now, request, key, name, validFor: null);
    }

    private static TestCertificate Create(DateTimeOffset now, CertificateRequest request, AsymmetricAlgorithm key, string name, TimeSpan? validFor)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-2), now.AddDays(365));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var until = now + (validFor ?? TimeSpan.FromDays(90));
        var signer = X509SignatureGenerator.CreateForECDsa(authorityKey);
        using var leaf = request.Create(authority.SubjectName, signer, now.AddHours(-1), until, RandomNumberGenerator.GetBytes(16));
        return new(
            leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem() + "\n",
            key.ExportPkcs8PrivateKeyPem() + "\n",
            Convert.ToHexStringLower(SHA256.HashData(leaf.RawData)));
    }

    /// <summary>An RSA key behind a password, as PEM.</summary>
    public string EncryptedKeyPem(string password)
    {
        using var key = RSA.Create();
        key.ImportFromPem(KeyPem);
        return key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000)) + "\n";
    }
}
