using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Operator.Kubernetes.Client.Kubeconfigs;

/// <summary>
/// One kubeconfig file as sections of named entries. Only YamlDotNet's representation model is used: the library is not annotated for
/// trimming, and that part of it needs no reflection.
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
    public string? CurrentContext => new KubeconfigEntry(this, "", root)["current-context"];

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
            yaml.Load(new ShallowParser(reader));
        }
        catch (YamlException error)
        {
            // Only the place: the parser's message may quote the line, and the line may hold a token.
            throw new KubernetesConfigException($"{path}:{error.Start.Line}: not YAML.");
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet says so of some texts that are broken, such as two keys that are flow sequences without an end.
            throw new KubernetesConfigException($"{path}: not YAML.");
        }
        return yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode root
            ? new KubeconfigFile(path, root)
            : throw new KubernetesConfigException($"{path}: not a kubeconfig: there is no mapping in it.");
    }

    /// <summary>The fields of one named entry, such as the cluster <c>local</c> in <c>clusters</c>; null when it has none.</summary>
    public KubeconfigEntry? Find(string section, string field, string name) =>
        new KubeconfigEntry(this, "", root).Entries(section).FirstOrDefault(one => one["name"] == name)
            ?.Child(field, $"{section}[{name}].{field}");
}
