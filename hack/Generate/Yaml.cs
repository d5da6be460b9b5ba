using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Generate;

/// <summary>JSON to YAML, in the order in which it was built.</summary>
internal static class Yaml
{
    /// <summary>The document as text, with a final newline.</summary>
    public static string Write(JsonNode document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        new YamlStream(new YamlDocument(Convert(document))).Save(text, assignAnchors: false);
        var yaml = text.ToString();
        // YamlStream ends a document explicitly.
        return yaml.EndsWith("...\n", StringComparison.Ordinal) ? yaml[..^4] : yaml;
    }

    private static YamlNode Convert(JsonNode? node) => node switch
    {
        null => new YamlScalarNode("null"),
        JsonObject map => new YamlMappingNode(map.Select(static entry =>
            KeyValuePair.Create<YamlNode, YamlNode>(new YamlScalarNode(entry.Key), Convert(entry.Value)))),
        JsonArray list => new YamlSequenceNode(list.Select(Convert)),
        _ => Scalar(node),
    };

    private static YamlScalarNode Scalar(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String
            ? new(value.GetValue<string>()) { Style = ScalarStyle.DoubleQuoted }
            : new(value.ToJsonString());
}
