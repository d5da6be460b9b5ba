using YamlDotNet.RepresentationModel;

namespace Operator.Testing;

/// <summary>Looks into YAML by path; what is not there is empty or null.</summary>
public static class YamlPaths
{
    /// <summary>The mappings in a text of YAML documents.</summary>
    public static IReadOnlyList<YamlMappingNode> Documents(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(static one => one.RootNode).OfType<YamlMappingNode>()];
    }

    /// <summary>The mapping at a path, or an empty one.</summary>
    public static YamlMappingNode Map(this YamlNode node, params string[] path) => node.At(path) as YamlMappingNode ?? [];

    /// <summary>The mappings in the list at a path.</summary>
    public static IEnumerable<YamlMappingNode> Maps(this YamlNode node, params string[] path) =>
        (node.At(path) as YamlSequenceNode)?.OfType<YamlMappingNode>() ?? [];

    /// <summary>The texts in the list at a path.</summary>
    public static IReadOnlyList<string?> Texts(this YamlNode node, params string[] path) =>
        [.. (node.At(path) as YamlSequenceNode)?.OfType<YamlScalarNode>().Select(static one => one.Value) ?? []];

    /// <summary>The scalar at a path as it is written; null also for YAML's null.</summary>
    public static string? Text(this YamlNode node, params string[] path) =>
        node.At(path) is YamlScalarNode { Value: not (null or "" or "null" or "~") } scalar ? scalar.Value : null;

    /// <summary>The keys of a mapping.</summary>
    public static IEnumerable<string> Names(this YamlMappingNode node) => node.Children.Keys.OfType<YamlScalarNode>().Select(static one => one.Value ?? "");

    private static YamlNode? At(this YamlNode node, string[] path)
    {
        YamlNode? at = node;
        foreach (var name in path)
            at = at is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out var next) ? next : null;
        return at;
    }
}
