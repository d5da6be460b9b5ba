using YamlDotNet.RepresentationModel;

namespace Operator.Testing.PodSecurity;

/// <summary>What pods an object makes, or is.</summary>
/// <param name="Name">Kind and name of the object.</param>
/// <param name="Annotations">Of the pods.</param>
/// <param name="Spec">Of the pods.</param>
public sealed record PodTemplate(string Name, YamlMappingNode Annotations, YamlMappingNode Spec)
{
    private static readonly Dictionary<string, string[]> Paths = new(StringComparer.Ordinal)
    {
        ["Pod"] = [],
        ["CronJob"] = ["spec", "jobTemplate", "spec", "template"],
        ["DaemonSet"] = ["spec", "template"],
        ["Deployment"] = ["spec", "template"],
        ["Job"] = ["spec", "template"],
        ["ReplicaSet"] = ["spec", "template"],
        ["ReplicationController"] = ["spec", "template"],
        ["StatefulSet"] = ["spec", "template"],
    };

    /// <summary>All pod templates in a text of YAML documents.</summary>
    public static IReadOnlyList<PodTemplate> In(string yaml) => [.. YamlPaths.Documents(yaml).Select(Of).OfType<PodTemplate>()];

    private static PodTemplate? Of(YamlMappingNode document)
    {
        var kind = document.Text("kind") ?? "";
        if (!Paths.TryGetValue(kind, out var path))
            return null;
        var pod = document.Map(path);
        return new PodTemplate($"{kind} {document.Text("metadata", "name")}", pod.Map("metadata", "annotations"), pod.Map("spec"));
    }
}
