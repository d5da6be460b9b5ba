using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Children;

/// <summary>An object as the API server has it, with what the API types leave out: who manages which fields.</summary>
[JsonConverter(typeof(LiveObjectConverter))]
internal sealed record LiveObject(JsonElement Json) : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init; } = new();

    /// <summary><c>metadata.managedFields</c>; undefined when there are none.</summary>
    public JsonElement ManagedFields =>
        Json.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("managedFields", out var managed) ? managed : default;

    /// <summary>The same kind, read whole.</summary>
    public static Resource<LiveObject> In<T>(Resource<T> resource)
        where T : class, IKubernetesObject => new(
            resource.Group,
            resource.Version,
            resource.Kind,
            resource.Plural,
            resource.Namespaced,
            LiveJson.Default.LiveObject,
            LiveJson.Default.KubernetesListLiveObject)
        { IsSensitive = resource.IsSensitive };
}

/// <summary>JSON of <see cref="LiveObject"/>.</summary>
[JsonSerializable(typeof(LiveObject))]
[JsonSerializable(typeof(KubernetesList<LiveObject>))]
internal sealed partial class LiveJson : JsonSerializerContext;

/// <summary>Keeps all that was read.</summary>
internal sealed class LiveObjectConverter : JsonConverter<LiveObject>
{
    /// <inheritdoc/>
    public override LiveObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("metadata", out var metadata))
            throw new JsonException("The object has no metadata.");
        return new LiveObject(json) { Metadata = metadata.Deserialize(KubernetesJson.Default.V1ObjectMeta) ?? new() };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, LiveObject value, JsonSerializerOptions options) => value.Json.WriteTo(writer);
}
