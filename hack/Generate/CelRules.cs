using System.Text.Json.Nodes;

namespace Generate;

/// <summary>
/// The rules in the Common Expression Language, apart from the CRD: an API server before Kubernetes 1.25 refuses a CRD that carries them.
/// </summary>
internal static class CelRules
{
    /// <summary>Takes the rules out of a CRD.</summary>
    /// <returns>The JSON patch (RFC 6902) that puts them back.</returns>
    public static JsonArray TakeFrom(JsonObject crd)
    {
        var patch = new JsonArray();
        Take(crd, "", patch);
        return patch;
    }

    private static void Take(JsonNode? node, string path, JsonArray patch)
    {
        if (node is JsonArray list)
        {
            for (var index = 0; index < list.Count; index++)
                Take(list[index], $"{path}/{index}", patch);
        }
        if (node is not JsonObject map)
            return;
        if (map.Remove(SchemaBuilder.Validations, out var rules))
            patch.Add(new JsonObject { ["op"] = "add", ["path"] = $"{path}/{SchemaBuilder.Validations}", ["value"] = rules });
        foreach (var (name, child) in map)
            Take(child, $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", patch);
    }
}
