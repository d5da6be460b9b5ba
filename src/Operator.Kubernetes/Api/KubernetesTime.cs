using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>
/// meta/v1 Time: RFC 3339 in UTC and whole seconds. A custom resource's times are stored as they were sent, so a fraction would
/// come back different from what a built-in kind returns and look like a change.
/// </summary>
public sealed class KubernetesTime : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}

/// <summary>
/// meta/v1 MicroTime: RFC 3339 in UTC with exactly six fractional digits. The API server parses it with a fixed layout
/// (apimachinery RFC3339Micro) and refuses the seven digits that .NET writes.
/// </summary>
public sealed class KubernetesMicroTime : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
    }
}
