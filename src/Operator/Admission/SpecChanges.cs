using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Servers;

namespace Operator.Admission;

/// <summary>What becomes of a changed field of the spec.</summary>
internal enum ChangeEffect
{
    /// <summary>No pod sees it.</summary>
    None,

    /// <summary>New workers.</summary>
    Reload,

    /// <summary>Another cyrus.conf, which the master reads at a signal.</summary>
    MasterSignal,

    /// <summary>New pods, as <see cref="Servers.Rollout.RestartInputs"/> says in detail.</summary>
    Restart,

    /// <summary>Larger volumes.</summary>
    Volumes,

    /// <summary>More or fewer pods.</summary>
    Scale,
}

/// <summary>The fields in which two specs differ, by what they bring about. Pure.</summary>
internal static class SpecChanges
{
    /// <summary>What a change of each field of the spec brings about, if nothing more is known about it.</summary>
    public static IReadOnlyDictionary<string, ChangeEffect> Effects { get; } = new Dictionary<string, ChangeEffect>(StringComparer.Ordinal)
    {
        ["image"] = ChangeEffect.Restart,
        ["pod"] = ChangeEffect.Restart,
        ["reloader"] = ChangeEffect.Restart,
        ["replicas"] = ChangeEffect.Scale,
        ["imapdConf"] = ChangeEffect.Reload,
        ["imapdConfFrom"] = ChangeEffect.Reload,
        ["tls"] = ChangeEffect.Reload,
        ["cyrusConf"] = ChangeEffect.MasterSignal,
        ["services"] = ChangeEffect.MasterSignal,
        ["storage"] = ChangeEffect.Volumes,
        ["imagePullPolicy"] = ChangeEffect.None, // the next new pod has it
        ["service"] = ChangeEffect.None,
        ["rollout"] = ChangeEffect.None,
        ["monitoring"] = ChangeEffect.None,
        ["paused"] = ChangeEffect.None,
    };

    // They say how a certificate is judged or asked for. Without an issuer no other certificate comes of it.
    private static readonly string[] TlsDemands = ["dnsNames", "duration", "renewBefore"];

    /// <summary>The changed fields, such as <c>spec.image</c>, each with what it brings about.</summary>
    public static ILookup<ChangeEffect, string> Between(CyrusServer old, CyrusServer updated)
    {
        var (before, after) = (Fields(old.Spec), Fields(updated.Spec));
        return Changed(before, after).ToLookup(name => EffectOf(name, updated, before, after), static name => "spec." + name);
    }

    private static ChangeEffect EffectOf(string name, CyrusServer updated, JsonObject before, JsonObject after) => name switch
    {
        "tls" when updated.Spec.Tls is { IssuerRef: null } && Inner(name, before, after).All(TlsDemands.Contains) => ChangeEffect.None,
        "storage" when Inner(name, before, after).All(static field => field == "reclaim") => ChangeEffect.None,
        _ => Effects.GetValueOrDefault(name),
    };

    private static IEnumerable<string> Inner(string name, JsonObject before, JsonObject after) =>
        Changed(before[name] as JsonObject ?? [], after[name] as JsonObject ?? []);

    private static IEnumerable<string> Changed(JsonObject before, JsonObject after) => before.Concat(after)
        .Select(static field => field.Key)
        .Distinct(StringComparer.Ordinal)
        .Where(name => !JsonNode.DeepEquals(before[name], after[name]));

    private static JsonObject Fields(CyrusServerSpec spec) =>
        JsonSerializer.SerializeToNode(spec, EntitiesJson.Default.CyrusServerSpec)!.AsObject();
}
