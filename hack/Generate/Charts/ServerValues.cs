using System.Text.Json.Nodes;

namespace Generate.Charts;

/// <summary>The values of charts/cyrus-server: the fields of a CyrusServer's spec, by the schema of the CRD, and a few of the chart's own.</summary>
internal static class ServerValues
{
    private const string Unknown = "x-kubernetes-preserve-unknown-fields", IntOrString = "x-kubernetes-int-or-string";

    /// <summary>values.schema.json.</summary>
    /// <param name="crd">The CRD.</param>
    /// <param name="own">The values of the chart itself.</param>
    public static string Write(JsonObject crd, IEnumerable<ChartValue> own)
    {
        var spec = crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!["properties"]!.AsObject();
        var properties = ValuesSchema.Properties(own);
        foreach (var (name, field) in spec)
            properties[name] = Strict(field!.AsObject());
        return ValuesSchema.Write("Values of the chart cyrus-server", properties);
    }

    /// <summary>A JSON schema that says no to what an API server would drop without a word.</summary>
    private static JsonObject Strict(JsonObject field)
    {
        var schema = new JsonObject();
        foreach (var (keyword, content) in field)
        {
            if (!keyword.StartsWith("x-kubernetes-", StringComparison.Ordinal) && keyword is not "nullable")
                schema[keyword] = Convert(keyword, content!);
        }
        if (field.ContainsKey(IntOrString))
            schema["type"] = new JsonArray("integer", "string");
        if (field.ContainsKey("properties") && !field.ContainsKey(Unknown))
            schema["additionalProperties"] = false;
        return schema;
    }

    private static JsonNode Convert(string keyword, JsonNode content) => (keyword, content) switch
    {
        ("properties", JsonObject map) => new JsonObject(map.Select(static entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, Strict(entry.Value!.AsObject())))),
        ("items" or "additionalProperties", JsonObject one) => Strict(one),
        ("anyOf" or "oneOf" or "allOf", JsonArray several) => new JsonArray([.. several.Select(static one => Strict(one!.AsObject()))]),
        _ => content.DeepClone(),
    };
}
