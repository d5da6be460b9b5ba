using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Generate.Charts;

/// <summary>values.schema.json, from the values and their comments: helm refuses what does not keep to it.</summary>
internal static class ValuesSchema
{
    /// <summary>JSON on one line, with letters as they are.</summary>
    public static JsonSerializerOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions s_indented = new(Readable) { WriteIndented = true };

    /// <summary>The file.</summary>
    /// <param name="title">Of the whole.</param>
    /// <param name="values">The values at the top.</param>
    public static string Write(string title, IEnumerable<ChartValue> values) => Write(title, Properties(values));

    /// <summary>The file, from properties that are schemas already.</summary>
    public static string Write(string title, JsonObject properties)
    {
        // What helm itself passes to a chart that is part of another.
        properties["global"] = new JsonObject { ["type"] = "object", ["description"] = "Values of a chart that this one is a part of." };
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = title,
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        }.ToJsonString(s_indented) + "\n";
    }

    /// <summary>The schemas of some values, by their keys.</summary>
    public static JsonObject Properties(IEnumerable<ChartValue> values) =>
        new(values.Select(static value => KeyValuePair.Create<string, JsonNode?>(value.Key, Of(value))));

    private static JsonObject Of(ChartValue value)
    {
        var schema = new JsonObject { ["type"] = TypeOf(value.Default) };
        if (value.Description is { } description)
            schema["description"] = description;
        if (value.Default is not null && !value.IsGroup)
            schema["default"] = value.Default.DeepClone();
        if (value.IsGroup)
        {
            schema["additionalProperties"] = false;
            schema["properties"] = Properties(value.Children);
        }
        foreach (var (keyword, content) in value.Schema ?? [])
            schema[keyword] = content?.DeepClone();
        return schema;
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "integer",
        _ => "string",
    };
}
