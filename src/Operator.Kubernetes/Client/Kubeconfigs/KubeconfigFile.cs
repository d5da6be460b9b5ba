using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Operator.Kubernetes.Client.Kubeconfigs;

/// <summary>
/// One kubeconfig file as sections of named string fields. The only place that uses YamlDotNet, and only its representation model:
/// the library is not annotated for trimming, and that part of it needs no reflection.
/// </summary>
internal sealed class KubeconfigFile
{
    private readonly YamlMappingNode root;

    private KubeconfigFile(string path, YamlMappingNode root)
    {
        Path = path;
        this.root = root;
    }

    /// <summary>The file, for messages and for paths that are relative to it.</summary>
    public string Path { get; }

    /// <summary>The name of the current context, or null.</summary>
    public string? CurrentContext => Text(root, "current-context");

    /// <summary>Reads a file.</summary>
    /// <exception cref="KubernetesConfigException">It cannot be read or is no YAML mapping.</exception>
    public static KubeconfigFile Load(string path)
    {
        try
        {
            using var reader = File.OpenText(path);
            return Parse(path, reader);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigException($"{path}: cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads text.</summary>
    public static KubeconfigFile Parse(string path, TextReader reader)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(reader);
        }
        catch (YamlException error)
        {
            // Only the place: the parser's message may quote the line, and the line may hold a token.
            throw new KubernetesConfigException($"{path}:{error.Start.Line}: not YAML.");
        }
        return yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root
            ? new KubeconfigFile(path, root)
            : throw new KubernetesConfigException($"{path}: not a kubeconfig: there is no mapping in it.");
    }

    /// <summary>The fields of one named entry, such as the cluster <c>local</c> in <c>clusters</c>; null when it has none.</summary>
    public KubeconfigEntry? Find(string section, string field, string name)
    {
        if (Child(root, section) is not YamlSequenceNode entries)
            return null;
        var entry = entries.OfType<YamlMappingNode>().FirstOrDefault(one => Text(one, "name") == name);
        return entry is not null && Child(entry, field) is YamlMappingNode fields
            ? new KubeconfigEntry(this, $"{section}[{name}].{field}", fields)
            : null;
    }

    internal static YamlNode? Child(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    internal static string? Text(YamlMappingNode node, string key) =>
        Child(node, key) is YamlScalarNode { Value: { Length: > 0 } value } ? value : null;

    /// <summary>The fields of a cluster, a user or a context.</summary>
    internal sealed class KubeconfigEntry(KubeconfigFile file, string place, YamlMappingNode fields)
    {
        /// <summary>The text of a field; null when it is missing or empty.</summary>
        public string? this[string field] => Text(fields, field);

        /// <summary>Whether the field is there, whatever it holds.</summary>
        public bool Has(string field) => Child(fields, field) is not null;

        /// <summary>The text of a field that must be there.</summary>
        public string Require(string field) => this[field] ?? throw Error($"has no {field}");

        /// <summary>The path in a field; relative ones are relative to the kubeconfig file.</summary>
        public string? FilePath(string field) => this[field] is { } path
            ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(file.Path)) ?? "", path)
            : null;

        /// <summary>An error that names the file and the entry.</summary>
        public KubernetesConfigException Error(string what, Exception? inner = null) => new($"{file.Path}: {place} {what}.", inner);
    }
}
