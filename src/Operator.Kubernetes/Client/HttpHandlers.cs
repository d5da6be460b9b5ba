using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Operator.Kubernetes.Client;

/// <summary>Builds the one connection pool of a client.</summary>
internal static class HttpHandlers
{
    /// <summary>
    /// HTTP/2 over TLS with pings, so that a peer that vanished is noticed within 45 s on idle connections and silent watches alike
    /// (csharp client #773, k8s #65012).
    /// </summary>
    /// <exception cref="KubernetesConfigException">The client certificate cannot be used.</exception>
    public static SocketsHttpHandler Create(KubernetesClientConfig config)
    {
        var trust = new ServerTrust(config);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // an API server does not redirect; nobody shall lead our token elsewhere
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15), // find API servers that were added since
            UseCookies = false,
        };
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, certificate, chain, errors) => trust.Accepts(certificate, chain, errors);
        handler.SslOptions.ClientCertificateContext = ClientCertificate(config);
        if (config.Proxy is { } proxy)
            handler.Proxy = new WebProxy(proxy);
        return handler;
    }

    private static SslStreamCertificateContext? ClientCertificate(KubernetesClientConfig config)
    {
        if (config.ClientCertificate is null && config.ClientKey is null)
            return null;
        if (config.ClientCertificate is null || config.ClientKey is null)
            throw new KubernetesConfigException($"{config.Server}: a client certificate needs both client-certificate and client-key.");
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(config.ClientCertificate);
            chain.RemoveAt(0); // the leaf, which comes with its key below
            return SslStreamCertificateContext.Create(Load(config.ClientCertificate, config.ClientKey), chain, offline: true);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new KubernetesConfigException(
                $"{config.Server}: client-certificate and client-key cannot be used together: {error.Message}", error);
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
