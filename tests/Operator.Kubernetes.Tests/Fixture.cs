using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;
using Operator.Testing;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests;

/// <summary>A client on a server in memory, with a clock that stands still.</summary>
internal sealed class Fixture : IDisposable
{
    public const string Maps = "/api/v1/namespaces/ns/configmaps";

    public Fixture(KubernetesClientConfig? config = null) =>
        Client = new KubernetesClient(config ?? new KubernetesClientConfig { Server = new Uri("http://fake") }, Time, Server);

    public FakeApiServer Server { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public KubernetesClient Client { get; }

    public static V1ConfigMap Map(string name, string value = "1") => new()
    {
        Metadata = new V1ObjectMeta { Namespace = "ns", Name = name },
        Data = new Dictionary<string, string> { ["value"] = value },
    };

    public static string Json(string value) => "{\"data\":{\"value\":\"" + value + "\"}}";

    public Informer<V1ConfigMap> Informer(InformerOptions? options = null)
    {
        options ??= new InformerOptions { Namespaces = ["ns"] };
        return new(Client, Resources.ConfigMaps, options, Time, NullLogger<Informer<V1ConfigMap>>.Instance);
    }

    public void Dispose() => Client.Dispose();
}
