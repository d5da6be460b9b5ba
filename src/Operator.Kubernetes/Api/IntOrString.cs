using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>
/// A number or a name, as ports have it. We only write numbers; names must still be readable, or one foreign pod with a named
/// port would stop an informer.
/// </summary>
/// <param name="Number">The number; null when it is a name.</param>
/// <param name="Text">The name; null when it is a number.</param>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString(int? Number, string? Text)
{
    /// <summary>A number.</summary>
    public static IntOrString FromInt32(int number) => new(number, null);

    /// <summary>A name.</summary>
    public static IntOrString FromString(string text) => new(null, text);

    /// <summary>A number.</summary>
    public static implicit operator IntOrString(int number) => FromInt32(number);

    /// <summary>A name.</summary>
    public static implicit operator IntOrString(string text) => FromString(text);

    /// <inheritdoc/>
    public override string ToString() => Text ?? Number.GetValueOrDefault().ToString(CultureInfo.InvariantCulture);
}

/// <summary>Reads and writes <see cref="IntOrString"/>.</summary>
public sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    /// <inheritdoc/>
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : reader.GetString() ?? "";

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value.Text is { } text)
            writer.WriteStringValue(text);
        else
            writer.WriteNumberValue(value.Number.GetValueOrDefault());
    }
}
