using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using YamlDotNet.Serialization;

namespace Operator.Testing.ApiServer;

/// <summary>The definition of a kind.</summary>
public sealed record CustomResourceDefinition : IKubernetesObject
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private static readonly Resource<CustomResourceDefinition> s_resource = new(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        false,
        DefinitionJson.Default.CustomResourceDefinition,
        DefinitionJson.Default.KubernetesListCustomResourceDefinition);

    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    public JsonElement? Spec { get; init; }

    /// <summary>A manifest in YAML.</summary>
    public static CustomResourceDefinition FromYaml(string yaml)
    {
        var document = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(yaml);
        return JsonSerializer.Deserialize(new SerializerBuilder().JsonCompatible().Build().Serialize(document), DefinitionJson.Default.CustomResourceDefinition)!;
    }

    /// <summary>Defines the kind, and waits until the API server offers it.</summary>
    public async Task CreateAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        await client.CreateAsync(s_resource, this, cancellationToken);
        var (group, version) = (Spec!.Value.GetProperty("group").GetString()!, Spec.Value.GetProperty("versions")[0].GetProperty("name").GetString()!);
        while (await client.DiscoverAsync(group, version, cancellationToken) is null)
            await Task.Delay(s_poll, TimeProvider.System, cancellationToken);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CustomResourceDefinition))]
[JsonSerializable(typeof(KubernetesList<CustomResourceDefinition>))]
internal sealed partial class DefinitionJson : JsonSerializerContext;
