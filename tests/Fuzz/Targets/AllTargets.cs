using Fuzz.Engine;

namespace Fuzz.Targets;

/// <summary>The parsers of what comes from outside.</summary>
internal static class AllTargets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FuzzTarget> List { get; } =
        [.. ConfigurationTargets.All, .. TlsTargets.All, .. ContractTargets.All, .. KubernetesTargets.All, .. ReloaderTargets.All, .. OperatorTargets.All];

    /// <summary>The one of that name.</summary>
    public static FuzzTarget Find(string name) => List.Single(target => target.Name == name);
}
