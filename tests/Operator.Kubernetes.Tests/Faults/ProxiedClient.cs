using Operator.Kubernetes.Client;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>A client whose only way to the API server is a proxy that does harm.</summary>
internal sealed class ProxiedClient : IAsyncDisposable
{
    /// <summary>A client, and its own proxy.</summary>
    /// <param name="server">The server behind the proxy.</param>
    /// <param name="seed">Of the proxy.</param>
    /// <param name="adjust">Changes the handler's times; null for pings that notice a silent peer within two seconds.</param>
    /// <param name="time">The client's clock; null for the real one.</param>
    public ProxiedClient(LocalApiServer server, int seed = 0, Action<SocketsHttpHandler>? adjust = null, TimeProvider? time = null)
    {
        Proxy = new FaultProxy(server.Port, seed);
        var config = server.ConfigThrough(Proxy.Port);
        var handler = HttpHandlers.Create(config);
        (adjust ?? NoticeSilenceSoon)(handler);
        Requests = new RequestCounter(handler);
        Client = new KubernetesClient(config, time ?? TimeProvider.System, Requests);
    }

    public FaultProxy Proxy { get; }

    public RequestCounter Requests { get; }

    public KubernetesClient Client { get; }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Proxy.DisposeAsync();
    }

    private static void NoticeSilenceSoon(SocketsHttpHandler handler)
    {
        handler.ConnectTimeout = TimeSpan.FromSeconds(2);
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(1);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(1);
    }
}
