using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Operator.Kubernetes.Client.Kubeconfigs;

/// <summary>A mapping in a kubeconfig file: a cluster, a user, a context, or a part of one.</summary>
/// <param name="file">The file.</param>
/// <param name="place">Which entry it is, for messages.</param>
/// <param name="fields">Its fields.</param>
internal sealed class KubeconfigEntry(KubeconfigFile file, string place, YamlMappingNode fields)
{
    /// <summary>The text of a field; null when it is missing or empty.</summary>
    public string? this[string field] => Node(field) is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;

    /// <summary>File, line and name of the entry.</summary>
    public string Place => $"{file.Path}:{fields.Start.Line}: {place}";

    /// <summary>Whether the field is there, whatever it holds.</summary>
    public bool Has(string field) => Node(field) is not null;

    /// <summary>The text of a field that must be there.</summary>
    public string Require(string field) => this[field] ?? throw Error(field, $"has no {field}");

    /// <summary>A field that is true or false; false when it is missing.</summary>
    public bool Flag(string field) =>
        this[field] is not { } text ? false
        : bool.TryParse(text, out var value) ? value
        : throw Error(field, $"has {field}, which is neither true nor false");

    /// <summary>The texts of a list; empty when it is missing.</summary>
    public IReadOnlyList<string> Texts(string field) => Node(field) switch
    {
        null => [],
        YamlSequenceNode list when list.All(item => item is YamlScalarNode) =>
            [.. list.Cast<YamlScalarNode>().Select(item => item.Value ?? "")],
        _ => throw Error(field, $"has {field} that are no list of texts"),
    };

    /// <summary>The entries of a list; empty when it is missing.</summary>
    public IEnumerable<KubeconfigEntry> Entries(string field) => Node(field) is YamlSequenceNode list
        ? list.OfType<YamlMappingNode>().Select(item => new KubeconfigEntry(file, $"{place}.{field}", item))
        : [];

    /// <summary>The names of all fields.</summary>
    public IEnumerable<string> Names => fields.Children.Keys.OfType<YamlScalarNode>().Select(name => name.Value ?? "");

    /// <summary>A part; null when it is missing.</summary>
    public KubeconfigEntry? Child(string field, string? name = null) =>
        Node(field) is YamlMappingNode part ? new KubeconfigEntry(file, name ?? $"{place}.{field}", part) : null;

    /// <summary>A field of any form as JSON; null when it is missing.</summary>
    public JsonNode? Json(string field)
    {
        try
        {
            return Node(field) is { } node ? YamlJson.Convert(node) : null;
        }
        catch (FormatException)
        {
            throw Error(field, $"has {field} that cannot be told in JSON");
        }
    }

    /// <summary>The path in a field; relative ones are relative to the kubeconfig file.</summary>
    public string? FilePath(string field) => this[field] is { } path ? InDirectory(path) : null;

    /// <summary>The path in a field of a file that must be there.</summary>
    public string? ExistingFile(string field)
    {
        var path = FilePath(field);
        return path is null || File.Exists(path) ? path : throw Error(field, $"has a {field} that does not exist: {path}");
    }

    /// <summary>The text that a field has in base64; null when it is missing.</summary>
    public string? Data(string field)
    {
        if (this[field] is not { } text)
            return null;
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException)
        {
            throw Error(field, $"has a {field} that is not base64");
        }
    }

    /// <summary>A path of this file.</summary>
    public string InDirectory(string path) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file.Path)) ?? "", path);

    /// <summary>An error that names the file, the line of the field, or of the entry when it has none, and the entry.</summary>
    public KubernetesConfigException Error(string field, string what, Exception? inner = null) =>
        new($"{file.Path}:{(Node(field) ?? fields).Start.Line}: {place} {what}.", inner);

    private YamlNode? Node(string field) => fields.Children.TryGetValue(new YamlScalarNode(field), out var child) ? child : null;
}
