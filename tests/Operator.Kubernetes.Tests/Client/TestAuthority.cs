using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Kubernetes.Tests.Client;

/// <summary>A certificate authority in memory.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset s_from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_to = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly X509Certificate2 certificate;

    public TestAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        certificate = request.CreateSelfSigned(s_from, s_to);
    }

    /// <summary>The authority's certificate.</summary>
    public string Pem => certificate.ExportCertificatePem();

    /// <summary>A server's certificate, with its key.</summary>
    public X509Certificate2 Server(params string[] names)
    {
        var (leaf, key) = Issue("server", "1.3.6.1.5.5.7.3.1", names);
        using (leaf)
        using (key)
            return leaf.CopyWithPrivateKey(key);
    }

    /// <summary>A client's certificate and its key.</summary>
    public (string Certificate, string Key) Client(string user)
    {
        var (leaf, key) = Issue(user, "1.3.6.1.5.5.7.3.2", []);
        using (leaf)
        using (key)
            return (leaf.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => certificate.Dispose();

    private (X509Certificate2 Leaf, ECDsa Key) Issue(string subject, string usage, string[] names)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var alternative = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternative.AddDnsName(name);
        if (names.Length > 0)
            request.CertificateExtensions.Add(alternative.Build());
        return (request.Create(certificate, s_from, s_to, RandomNumberGenerator.GetBytes(8)), key);
    }
}
