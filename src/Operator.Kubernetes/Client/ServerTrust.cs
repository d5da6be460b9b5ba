using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Kubernetes.Client;

/// <summary>Whether the API server is who it should be.</summary>
internal sealed class ServerTrust(KubernetesClientConfig config)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>The check of one handshake. The authorities are read each time, so that a replaced file counts at once.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (config.SkipTlsVerify)
            return true;
        if (certificate is null || !NameFits(certificate, errors))
            return false;
        if (config.CertificateAuthority is null && config.CertificateAuthorityFile is null)
            return (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // cluster authorities publish no revocation lists
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        own.ChainPolicy.CustomTrustStore.AddRange(Authorities());
        if (chain is not null)
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(leaf);
    }

    private bool NameFits(X509Certificate certificate, SslPolicyErrors errors)
    {
        if (config.TlsServerName is not { } name)
            return (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0;
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return leaf.MatchesHostname(name);
    }

    private X509Certificate2Collection Authorities()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(config.CertificateAuthority ?? File.ReadAllText(config.CertificateAuthorityFile!));
        return authorities;
    }
}
