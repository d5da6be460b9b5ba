using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Operator.Kubernetes.Client.Kubeconfigs;

/// <summary>YAML as the JSON that it stands for (YAML 1.2, core schema; integers in decimal).</summary>
internal static class YamlJson
{
    // Aliases make of a few lines as many nodes as one likes, or a node that holds itself.
    private const int MostNodes = 10_000;
    private const int Deepest = 60; // what a reader of JSON takes

    /// <summary>The same as JSON; null for null.</summary>
    /// <exception cref="FormatException">A key is no text, or there are too many nodes.</exception>
    public static JsonNode? Convert(YamlNode node)
    {
        var left = MostNodes;
        return Convert(node, Deepest, ref left);
    }

    private static JsonNode? Convert(YamlNode node, int depth, ref int left)
    {
        if (depth == 0 || left-- == 0)
            throw new FormatException("There are too many nodes.");
        switch (node)
        {
            case YamlMappingNode mapping:
                var map = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                    map[(key as YamlScalarNode)?.Value ?? throw new FormatException("A key is no text.")] = Convert(value, depth - 1, ref left);
                return map;
            case YamlSequenceNode sequence:
                var list = new JsonArray();
                foreach (var value in sequence)
                    list.Add(Convert(value, depth - 1, ref left));
                return list;
            case YamlScalarNode { Style: ScalarStyle.Plain, Value: var text }:
                return Plain(text ?? "");
            default:
                return JsonValue.Create((node as YamlScalarNode)?.Value);
        }
    }

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
            JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
