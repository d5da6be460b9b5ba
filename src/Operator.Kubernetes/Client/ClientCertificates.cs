using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Kubernetes.Client;

/// <summary>Makes what a TLS handshake needs of PEM texts.</summary>
internal static class ClientCertificates
{
    /// <summary>A client certificate with its key and intermediates.</summary>
    /// <param name="certificate">The chain, PEM, leaf first.</param>
    /// <param name="key">The leaf's private key, PEM.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <exception cref="KubernetesConfigException">They are no certificate and key, or do not belong together.</exception>
    public static SslStreamCertificateContext Create(string certificate, string key, string origin)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificate);
            chain.RemoveAt(0); // the leaf, which comes with its key below
            return SslStreamCertificateContext.Create(Load(certificate, key), chain, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            throw new KubernetesConfigException(
                $"{origin}: the client certificate and its key cannot be used together: {error.Message}", error);
        }
    }

    private static X509Certificate2 Load(string certificate, string key)
    {
        var leaf = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows())
            return leaf;
        // Schannel cannot use a key that lives in memory only (dotnet/runtime #23749).
        using (leaf)
            return X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
    }
}
