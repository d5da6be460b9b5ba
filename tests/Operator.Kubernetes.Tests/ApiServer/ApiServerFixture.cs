using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.ApiServer;

/// <summary>
/// A real API server for the tests of a class, which carry the trait <c>needs=apiserver</c>. One that kills it must leave it running.
/// </summary>
public sealed class ApiServerFixture : IAsyncLifetime
{
    private LocalApiServer? server;
    private KubernetesClient? client;

    /// <summary>The server.</summary>
    public LocalApiServer Server => server ?? throw new InvalidOperationException("The fixture is not initialized.");

    /// <summary>An administrator, straight at the server.</summary>
    public KubernetesClient Client => client ?? throw new InvalidOperationException("The fixture is not initialized.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        // An orderly stop waits for requests as long as one may take, and so for every watch: a minute, if not told otherwise.
        server = await LocalApiServer.StartAsync(CancellationToken.None, "--request-timeout=3s");
        client = new KubernetesClient(server.Config, TimeProvider.System);
    }

    /// <summary>A namespace for one test. It stays as long as the server.</summary>
    public async Task<string> CreateNamespaceAsync(CancellationToken cancellationToken)
    {
        var space = new V1Namespace { Metadata = new V1ObjectMeta { GenerateName = "test-" } };
        return (await Client.CreateAsync(Resources.Namespaces, space, cancellationToken)).Metadata.Name!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }
}
