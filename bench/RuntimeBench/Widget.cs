using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace RuntimeBench;

/// <summary>The custom resource that is measured: about 1 kB of JSON, as one with a modest spec and status has.</summary>
internal sealed record Widget : IKubernetesObject
{
    public static Resource<Widget> Resource { get; } =
        new("bench.example.com", "v1", "Widget", "widgets", true, BenchJson.Default.Widget, BenchJson.Default.KubernetesListWidget);

    public string? ApiVersion { get; init => field = value ?? "bench.example.com/v1"; } = "bench.example.com/v1";

    public string? Kind { get; init => field = value ?? "Widget"; } = "Widget";

    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    public WidgetSpec? Spec { get; init; }
}

internal sealed record WidgetSpec
{
    public string? Text { get; init; }

    public int Size { get; init; }

    public IReadOnlyList<string>? Names { get; init; }
}

/// <summary>Its definition.</summary>
internal sealed record Definition : IKubernetesObject
{
    public static Resource<Definition> Resource { get; } = new(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        false,
        BenchJson.Default.Definition,
        BenchJson.Default.KubernetesListDefinition);

    public static Definition OfWidgets { get; } = new()
    {
        Metadata = new V1ObjectMeta { Name = "widgets.bench.example.com" },
        Spec = JsonElement.Parse("""
            {
              "group": "bench.example.com",
              "scope": "Namespaced",
              "names": { "plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList" },
              "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } }
              }]
            }
            """),
    };

    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    public JsonElement? Spec { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Widget))]
[JsonSerializable(typeof(KubernetesList<Widget>))]
[JsonSerializable(typeof(Definition))]
[JsonSerializable(typeof(KubernetesList<Definition>))]
internal sealed partial class BenchJson : JsonSerializerContext;
