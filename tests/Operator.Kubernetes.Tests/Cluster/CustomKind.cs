using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Cluster;

/// <summary>An object of any kind whose spec and status stay JSON.</summary>
internal sealed record AnyObject : IKubernetesObject
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    public JsonElement? Spec { get; init; }

    public JsonElement? Status { get; init; }
}

/// <summary>A widget as a program sees it that knows only some of its fields.</summary>
internal sealed record NarrowWidget : IKubernetesObject
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    public NarrowSpec? Spec { get; init; }

    public NarrowStatus? Status { get; init; }
}

internal sealed record NarrowSpec
{
    public int? Size { get; init; }
}

internal sealed record NarrowStatus
{
    public string? Phase { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AnyObject))]
[JsonSerializable(typeof(KubernetesList<AnyObject>))]
[JsonSerializable(typeof(NarrowWidget))]
[JsonSerializable(typeof(KubernetesList<NarrowWidget>))]
internal sealed partial class AnyJson : JsonSerializerContext;

/// <summary>
/// A kind that was not there before. Its watch cache begins when it is first used, so that the server refuses a watch from any
/// earlier version: the one sure way to a 410 without waiting for etcd's compaction. It has a status and a scale.
/// </summary>
internal sealed class CustomKind : IAsyncDisposable
{
    private static readonly Resource<AnyObject> s_definitions = new(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        false,
        AnyJson.Default.AnyObject,
        AnyJson.Default.KubernetesListAnyObject);

    private readonly IKubernetesClient client;
    private readonly ObjectKey definition;

    private CustomKind(IKubernetesClient client, string group)
    {
        this.client = client;
        definition = new ObjectKey(null, $"widgets.{group}");
        Resource = new(group, "v1", "Widget", "widgets", true, AnyJson.Default.AnyObject, AnyJson.Default.KubernetesListAnyObject);
    }

    public Resource<AnyObject> Resource { get; }

    /// <summary>The same for a program that knows only some of the fields.</summary>
    public Resource<NarrowWidget> Narrow => new(
        Resource.Group, "v1", "Widget", "widgets", true, AnyJson.Default.NarrowWidget, AnyJson.Default.KubernetesListNarrowWidget);

    /// <summary>Defines the kind and waits until the server offers it.</summary>
    public static async Task<CustomKind> CreateAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        var kind = new CustomKind(client, $"t{Guid.NewGuid():N}.example.com");
        await DefineAsync(client, kind.definition.Name, Spec(kind.Resource.Group), kind.Resource, cancellationToken);
        return kind;
    }

    /// <summary>Defines a kind that stays, and waits until the server offers it.</summary>
    public static async Task DefineAsync<T>(
        IKubernetesClient client, string name, JsonElement definition, Resource<T> resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var body = new AnyObject { Metadata = new V1ObjectMeta { Name = name }, Spec = definition };
        await client.ApplyAsync(s_definitions, body, "test", cancellationToken);
        while (!await IsOfferedAsync(client, resource, cancellationToken))
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
    }

    public async ValueTask DisposeAsync() => await client.DeleteAsync(s_definitions, definition, CancellationToken.None);

    private static JsonElement Spec(string group) => JsonElement.Parse($$"""
        {
          "group": "{{group}}",
          "scope": "Namespaced",
          "names": { "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList" },
          "versions": [{
            "name": "v1", "served": true, "storage": true,
            "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } },
            "subresources": { "status": {}, "scale": { "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas" } }
          }]
        }
        """);

    private static async Task<bool> IsOfferedAsync<T>(IKubernetesClient client, Resource<T> resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        try
        {
            await client.ListAsync(resource, null, new ListOptions(), cancellationToken);
            return true;
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            return false;
        }
    }
}
