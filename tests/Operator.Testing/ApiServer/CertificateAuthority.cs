using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Testing.ApiServer;

/// <summary>A certificate and its private key, as PEM.</summary>
internal sealed record KeyPair(string Certificate, string Key);

/// <summary>A throw-away authority: what it signs is good for a day.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280, section 4.2.1.12
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 own;

    public CertificateAuthority()
    {
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        own = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(2));
    }

    /// <summary>The authority's certificate, PEM.</summary>
    public string Certificate => own.ExportCertificatePem();

    /// <summary>A key pair that belongs to no certificate, for service-account tokens.</summary>
    public static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportECPrivateKeyPem();
    }

    /// <summary>For a server at an address.</summary>
    public KeyPair IssueServer(IPAddress address)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        names.AddDnsName("localhost");
        return Issue(new X500DistinguishedName("CN=kube-apiserver"), ServerAuthentication, names.Build());
    }

    /// <summary>For a client: Kubernetes takes the common name for the user and each organization for a group.</summary>
    public KeyPair IssueClient(string user, params IEnumerable<string> groups)
    {
        var name = new X500DistinguishedNameBuilder();
        foreach (var group in groups)
            name.AddOrganizationName(group);
        name.AddCommonName(user);
        return Issue(name.Build(), ClientAuthentication);
    }

    public void Dispose()
    {
        own.Dispose();
        key.Dispose();
    }

    private KeyPair Issue(X500DistinguishedName subject, string usage, params IEnumerable<X509Extension> extensions)
    {
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, leafKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        var signer = X509SignatureGenerator.CreateForECDsa(key);
        using var leaf = request.Create(own.SubjectName, signer, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(16));
        return new KeyPair(leaf.ExportCertificatePem(), leafKey.ExportECPrivateKeyPem());
    }
}
