using System.Net;
using System.Net.Security;

namespace Operator.Kubernetes.Client;

/// <summary>Builds the connection pool of a client.</summary>
internal static class HttpHandlers
{
    /// <summary>One pool, or one for each client certificate where that may change.</summary>
    /// <exception cref="KubernetesConfigException">The client certificate cannot be used.</exception>
    public static HttpMessageHandler Create(KubernetesClientConfig config)
    {
        var hasCertificate = config.ClientCertificate is not null || config.ClientCertificateFile is not null;
        if (hasCertificate != (config.ClientKey is not null || config.ClientKeyFile is not null))
            throw new KubernetesConfigException($"{config.Server}: a client certificate needs both client-certificate and client-key.");
        if (config.HasClientCertificateFile || (config.Exec is not null && !hasCertificate))
            return new RotatingHandler(certificate => Pool(config, certificate));
        return Pool(config, hasCertificate
            ? ClientCertificates.Create(config.ClientCertificate!, config.ClientKey!, $"{config.Server}")
            : null);
    }

    /// <summary>
    /// HTTP/2 over TLS with pings, so that a peer that vanished is noticed within 45 s on idle connections and silent watches alike
    /// (csharp client #773, k8s #65012).
    /// </summary>
    internal static SocketsHttpHandler Pool(KubernetesClientConfig config, SslStreamCertificateContext? clientCertificate)
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
        handler.SslOptions.ClientCertificateContext = clientCertificate;
        if (config.Proxy is { } proxy)
            handler.Proxy = ProxyAt(proxy);
        return handler;
    }

    /// <summary>User and password are taken out of the address, which HttpClient quotes in its errors.</summary>
    private static WebProxy ProxyAt(Uri address)
    {
        var parts = address.UserInfo.Split(':', 2);
        var bare = new UriBuilder(address) { UserName = "", Password = "" }.Uri;
        return new WebProxy(bare)
        {
            Credentials = address.UserInfo.Length == 0
                ? null
                : new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "")),
        };
    }
}
