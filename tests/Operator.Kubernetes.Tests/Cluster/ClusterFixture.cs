using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Cluster;

/// <summary>A client on the real API server that KUBECONFIG names, and a namespace of our own in it.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private KubernetesClient? client;

    /// <summary>The way to the server. A cluster that is not there is a failure, not a reason to skip.</summary>
    public static KubernetesClientConfig Config =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("KUBECONFIG"))
            ? throw new InvalidOperationException(
                "KUBECONFIG is not set. These tests need a cluster: run `hack/cluster up` and set KUBECONFIG to what it prints.")
            : KubernetesClientConfig.Default();

    /// <summary>The client.</summary>
    public KubernetesClient Client => client ?? throw new InvalidOperationException("The fixture is not initialized.");

    /// <summary>Our namespace; gone with the fixture.</summary>
    public string Namespace { get; } = $"kube-tests-{Guid.NewGuid():N}"[..24];

    /// <summary>A config map in our namespace.</summary>
    public V1ConfigMap Map(string name, string value = "1") => new()
    {
        Metadata = new V1ObjectMeta { Namespace = Namespace, Name = name },
        Data = new Dictionary<string, string> { ["value"] = value },
    };

    /// <summary>A key in our namespace.</summary>
    public ObjectKey Key(string name) => new(Namespace, name);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        client = new KubernetesClient(Config, TimeProvider.System);
        var own = new V1Namespace { Metadata = new V1ObjectMeta { Name = Namespace } };
        await client.CreateAsync(Resources.Namespaces, own, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (client is null)
            return;
        await client.DeleteAsync(Resources.Namespaces, new ObjectKey(null, Namespace), CancellationToken.None);
        client.Dispose();
    }
}
