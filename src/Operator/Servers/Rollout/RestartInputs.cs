using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Servers.Rendering;

namespace Operator.Servers.Rollout;

/// <summary>
/// All that only a restart of the pods can change, by the names that users know. Taken from what the user asked for, never from the pod template that it
/// makes: an operator of another version may build another template, and that alone restarts nobody.
/// </summary>
internal sealed record RestartInputs(IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The digest that the pods carry.</summary>
    public string Digest { get; } = DigestOf(Values);

    /// <summary>Collects them.</summary>
    /// <param name="server">The server.</param>
    /// <param name="target">The bundle that its pods serve; null when there is none.</param>
    public static RestartInputs Of(CyrusServer server, Bundle? target)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var spec = server.Spec;
        Add(values, "spec.image", spec.Image);
        Add(values, "spec.reloader.image", spec.Reloader.Image);
        Add(values, "spec.reloader.resources", spec.Reloader.Resources, EntitiesJson.Default.V1ResourceRequirements);
        foreach (var part in JsonSerializer.SerializeToElement(spec.Pod, EntitiesJson.Default.MailPodSpec).EnumerateObject())
            Add(values, "spec.pod." + part.Name, part.Value.GetRawText());
        Add(values, AnnotationKeys.RestartedAt, server.Metadata.Annotations?.TryGetValue(AnnotationKeys.RestartedAt, out var at) == true ? at : null);
        if (target?.Files.TryGetValue(BundleFiles.ImapdConf, out var text) == true)
        {
            foreach (var option in ConfigurationChange.ForRestart(ImapdConf.Parse(Encoding.UTF8.GetString(text))))
                Add(values, "imapd.conf: " + option.Key, option.Value);
        }
        return new(values);
    }

    /// <summary>The names of what differs.</summary>
    public IEnumerable<string> DifferencesTo(RestartInputs other) => Values.Keys.Union(other.Values.Keys, StringComparer.Ordinal)
        .Where(name => Values.GetValueOrDefault(name) != other.Values.GetValueOrDefault(name))
        .Order(StringComparer.Ordinal);

    private static string DigestOf(IReadOnlyDictionary<string, string> values)
    {
        var files = values.ToDictionary(static value => value.Key, static value => Encoding.UTF8.GetBytes(value.Value), StringComparer.Ordinal);
        return BundleDigest.Compute(files)[..16];
    }

    private static void Add(SortedDictionary<string, string> values, string name, string? value)
    {
        if (value is not null)
            values[name] = value;
    }

    private static void Add<T>(SortedDictionary<string, string> values, string name, T? value, JsonTypeInfo<T> json)
        where T : class => Add(values, name, value is null ? null : JsonSerializer.Serialize(value, json));
}
