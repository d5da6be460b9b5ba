using System.Text.Json.Nodes;
using Generate;

namespace Operator.Tests.Servers;

/// <summary>Every place of a spec that takes a text, by the schema that the CRD is made of: a new field is among them by itself.</summary>
internal static class SpecTexts
{
    private const string Item = "[]", Value = "{}", Key = "{key}", Foreign = "{foreign}";

    /// <summary>
    /// The places, such as <c>services[].name</c>, <c>pod.labels{}</c> for the value of a map, <c>pod.labels{key}</c> for its key, and <c>pod.affinity{foreign}</c> for
    /// whatever is handed on as it is.
    /// </summary>
    public static IReadOnlyList<string> Paths { get; } = [.. Walk(Schema(), "")];

    /// <summary>A copy of the spec with a text at a place.</summary>
    public static JsonObject With(JsonObject spec, string path, string text)
    {
        var copy = spec.DeepClone().AsObject();
        Put(copy, path.Replace(Item, "." + Item, StringComparison.Ordinal).Replace("{", ".{", StringComparison.Ordinal).Split('.'), text);
        return copy;
    }

    private static JsonNode Schema() =>
        CustomResourceDefinition.CyrusServer()["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!;

    private static IEnumerable<string> Walk(JsonNode schema, string path)
    {
        if ((string?)schema["type"] == "string")
            return [path];
        if (schema["x-kubernetes-preserve-unknown-fields"] is not null)
            return [path + Foreign];
        if (schema["items"] is { } item)
            return Walk(item, path + Item);
        if (schema["additionalProperties"] is JsonObject values)
            return Walk(values, path + Value).Append(path + Key);
        return schema["properties"] is JsonObject fields
            ? fields.SelectMany(field => Walk(field.Value!, path.Length == 0 ? field.Key : $"{path}.{field.Key}"))
            : [];
    }

    private static void Put(JsonNode at, ReadOnlySpan<string> path, string text)
    {
        var (name, isLast) = (path[0], path.Length == 1);
        switch (at)
        {
            case JsonArray list:
                var index = isLast ? 0 : IndexOf(list, path[1]);
                if (isLast)
                    list[index] = text;
                else
                    Put(list[index]!, path[1..], text);
                break;
            case JsonObject map when name == Key:
                map[text] = "x";
                break;
            case JsonObject map when isLast:
                map[name is Value or Foreign ? "x" : name] = text;
                break;
            case JsonObject map:
                Put(map[name] ??= path[1] == Item ? new JsonArray((JsonNode?)(path.Length == 2 ? "x" : new JsonObject())) : new JsonObject(), path[1..], text);
                break;
        }
    }

    /// <summary>The first item that has the field; of sources, one has a Secret and another a ConfigMap.</summary>
    private static int IndexOf(JsonArray list, string field)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is JsonObject item && item.ContainsKey(field))
                return index;
        }
        return 0;
    }
}
