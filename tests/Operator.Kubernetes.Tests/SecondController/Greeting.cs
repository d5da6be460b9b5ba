using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.SecondController;

/// <summary>A kind that has nothing to do with mail: a text that shall be in a config map.</summary>
internal sealed record Greeting : IKubernetesObject
{
    public static Resource<Greeting> Resource { get; } = new(
        "greetings.example.com", "v1", "Greeting", "greetings", true, GreetingJson.Default.Greeting, GreetingJson.Default.KubernetesListGreeting);

    /// <summary>Its definition, for <see cref="Cluster.AnyObject"/>.</summary>
    public static JsonElement Definition { get; } = JsonElement.Parse("""
        {
          "group": "greetings.example.com",
          "scope": "Namespaced",
          "names": { "plural": "greetings", "singular": "greeting", "kind": "Greeting", "listKind": "GreetingList" },
          "versions": [{
            "name": "v1", "served": true, "storage": true, "subresources": { "status": {} },
            "schema": { "openAPIV3Schema": {
              "type": "object",
              "properties": {
                "spec": { "type": "object", "required": ["text"], "properties": { "text": { "type": "string" } } },
                "status": { "type": "object", "properties": { "observedGeneration": { "type": "integer" } } }
              }
            } }
          }]
        }
        """);

    public string? ApiVersion { get; init => field = value ?? "greetings.example.com/v1"; } = "greetings.example.com/v1";

    public string? Kind { get; init => field = value ?? "Greeting"; } = "Greeting";

    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    public GreetingSpec Spec { get; init => field = value ?? new(); } = new();

    public GreetingStatus? Status { get; init; }
}

internal sealed record GreetingSpec
{
    public string Text { get; init; } = "";
}

internal sealed record GreetingStatus
{
    public long? ObservedGeneration { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Greeting))]
[JsonSerializable(typeof(KubernetesList<Greeting>))]
internal sealed partial class GreetingJson : JsonSerializerContext;
