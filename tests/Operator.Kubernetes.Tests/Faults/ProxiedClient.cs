using Operator.Kubernetes.Client;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>A client whose only way to the API server is a proxy that does harm.</summary>
internal sealed class ProxiedClient : IAsyncDisposable
{
    /// <summary>A client, and its own proxy.</summary>
    /// <param name="server">The server behind the proxy.</param>
    /// <param name="seed">Of the proxy.</param>
    public ProxiedClient(LocalApiServer server, int seed = 0)
    {
        Proxy = new FaultProxy(server.Port, seed);
        var config = server.ConfigThrough(Proxy.Port);
        HttpMessageHandler handler = HttpHandlers.Create(config);
        NoticeSilenceSoon((SocketsHttpHandler)handler);
        Requests = new RequestCounter(handler);
        Client = new KubernetesClient(config, TimeProvider.System, Requests);
    }

    public FaultProxy Proxy { get; }

    public RequestCounter Requests { get; }

    public KubernetesClient Client { get; }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Proxy.DisposeAsync();
    }

    /// <summary>Within two seconds instead of 45.</summary>
    private static void NoticeSilenceSoon(SocketsHttpHandler handler)
    {
        handler.ConnectTimeout = TimeSpan.FromSeconds(2);
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
    }
}
