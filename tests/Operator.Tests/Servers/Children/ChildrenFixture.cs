using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Children;
using Operator.Testing.ApiServer;
using YamlDotNet.Serialization;

namespace Operator.Tests.Servers.Children;

/// <summary>A real API server that knows CyrusServers, and kinds of cert-manager and the Prometheus operator. Nobody else works on it.</summary>
public sealed class ChildrenFixture : IAsyncLifetime
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private LocalApiServer? server;
    private KubernetesClient? client;

    /// <summary>An administrator.</summary>
    public KubernetesClient Client => client ?? throw new InvalidOperationException("The fixture is not initialized.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        server = await LocalApiServer.StartAsync(CancellationToken.None, "--request-timeout=3s");
        client = new KubernetesClient(server.Config, TimeProvider.System);
        await DefineAsync(CyrusServer.Group, CyrusServer.Version, "config", "crds", "cyrusservers.cyrus-operator.dev.yaml");
        string[] here = ["tests", "Operator.Tests", "Servers", "Children", "Crds"];
        await DefineAsync("cert-manager.io", "v1", [.. here, "certificates.yaml"]);
        await DefineAsync("monitoring.coreos.com", "v1", [.. here, "servicemonitors.yaml"]);
    }

    /// <summary>Makes a namespace and a server in it, from a manifest below the repository's root.</summary>
    /// <returns>The server as the API server has it, with all defaults.</returns>
    internal async Task<CyrusServer> CreateAsync(string yaml, CancellationToken cancellationToken)
    {
        var space = new V1Namespace { Metadata = new V1ObjectMeta { GenerateName = "test-" } };
        space = await Client.CreateAsync(Resources.Namespaces, space, cancellationToken);
        var sent = ReadYaml(yaml);
        sent = sent with { Metadata = sent.Metadata with { Namespace = space.Metadata.Name } };
        await Client.CreateAsync(LiveObject.In(CyrusResources.Servers), Renamed(sent), cancellationToken);
        return (await Client.GetAsync(CyrusResources.Servers, ObjectKey.Of(sent), cancellationToken))!;
    }

    /// <summary>A manifest as it is: what a user leaves out is left out.</summary>
    internal static LiveObject ReadYaml(params string[] path)
    {
        var yaml = File.ReadAllText(Testing.Repository.PathOf(path));
        var document = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        return JsonSerializer.Deserialize(new SerializerBuilder().JsonCompatible().Build().Serialize(document), LiveJson.Default.LiveObject)!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (server is not null)
            await server.DisposeAsync();
    }

    private static LiveObject Renamed(LiveObject sent)
    {
        var json = JsonNode.Parse(sent.Json.GetRawText())!;
        json["metadata"]!["namespace"] = sent.Metadata.Namespace;
        return sent with { Json = JsonElement.Parse(json.ToJsonString()) };
    }

    private async Task DefineAsync(string group, string version, params string[] path)
    {
        var definitions = new Resource<LiveObject>(
            "apiextensions.k8s.io",
            "v1",
            "CustomResourceDefinition",
            "customresourcedefinitions",
            false,
            LiveJson.Default.LiveObject,
            LiveJson.Default.KubernetesListLiveObject);
        await Client.CreateAsync(definitions, ReadYaml(path), CancellationToken.None);
        while (await Client.DiscoverAsync(group, version, CancellationToken.None) is null)
            await Task.Delay(Poll, TimeProvider.System);
    }
}
