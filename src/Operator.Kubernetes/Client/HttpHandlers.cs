using System.Net;
using System.Net.Security;

namespace Operator.Kubernetes.Client;

/// <summary>Builds the connection pool of a client.</summary>
internal static class HttpHandlers
{
    /// <summary>One pool; with a credential plugin, one for each client certificate that it gives.</summary>
    /// <exception cref="KubernetesConfigException">The client certificate cannot be used.</exception>
    public static HttpMessageHandler Create(KubernetesClientConfig config)
    {
        if (config.ClientCertificate is null && config.ClientKey is null)
            return config.Exec is null ? Pool(config, null) : new RotatingHandler(certificate => Pool(config, certificate));
        return config is { ClientCertificate: { } own, ClientKey: { } key }
            ? Pool(config, ClientCertificates.Create(own, key, $"{config.Server}"))
            : throw new KubernetesConfigException($"{config.Server}: a client certificate needs both client-certificate and client-key.");
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
            handler.Proxy = new WebProxy(proxy) { Credentials = CredentialsOf(proxy) };
        return handler;
    }

    private static NetworkCredential? CredentialsOf(Uri proxy)
    {
        var parts = proxy.UserInfo.Split(':', 2);
        return proxy.UserInfo.Length == 0
            ? null
            : new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""));
    }
}
