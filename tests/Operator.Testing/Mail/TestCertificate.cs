using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Testing.Mail;

/// <summary>A server certificate from a throw-away authority, as PEM.</summary>
public sealed record TestCertificate(string ChainPem, string KeyPem, string LeafSha256)
{
    /// <summary>Makes a certificate that is valid from an hour before <paramref name="now"/>.</summary>
    public static TestCertificate Create(DateTimeOffset now, string name = "mail.test", TimeSpan? validFor = null)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(now.AddDays(-2), now.AddDays(365));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var until = now + (validFor ?? TimeSpan.FromDays(90));
        using var leaf = request.Create(authority, now.AddHours(-1), until, RandomNumberGenerator.GetBytes(16));
        return new(
            leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem() + "\n",
            key.ExportPkcs8PrivateKeyPem() + "\n",
            Convert.ToHexStringLower(SHA256.HashData(leaf.RawData)));
    }
}
