using Operator.Entities.Contract;
using Operator.Servers.Rollout;

namespace Operator.Servers.Status;

/// <summary>What a rollout is doing, for people. It says since when, never for how long: a status that only counts would be written again and again.</summary>
internal static class RolloutWords
{
    private const int MostPodsNamed = 5;

    /// <summary>A CamelCase word.</summary>
    public static string ReasonOf(Observation seen)
    {
        var plan = seen.Plan!;
        if (ProgressRules.SlowToMount(seen) is not null)
            return "KubeletPropagationSlow";
        if (plan.UnderWay.Any(static pod => pod.Report?.Phase == ReloadPhase.Damped))
            return "InputsAlternate";
        if (plan.SoakUntil is not null || (plan.Served && plan.Restart.SoakUntil is not null))
            return "CanarySoaking";
        return plan.Served ? "RestartInProgress" : "RolloutInProgress";
    }

    /// <summary>A sentence.</summary>
    public static string Of(Observation seen)
    {
        var plan = seen.Plan!;
        if (ProgressRules.SlowToMount(seen) is { } slow)
            return $"node {slow.Node} has not mounted {StatusBuilder.Shorten(seen.Target)} into pod {slow.Name}, which was asked for at {slow.MountingSince:yyyy-MM-ddTHH:mm:ssZ}";
        if (plan.SoakUntil is { } soak)
            return $"the canary serves {StatusBuilder.Shorten(seen.Target)}; the other pods follow at {soak:yyyy-MM-ddTHH:mm:ssZ}";
        var words = string.Join(", ", plan.UnderWay.Take(MostPodsNamed).Select(InWords));
        if (words.Length > 0)
            return plan.UnderWay.Count > MostPodsNamed ? $"{words} and {plan.UnderWay.Count - MostPodsNamed} more" : words;
        return plan.Restart.Left > 0 ? RestartInWords(plan.Restart) : "waiting for pods";
    }

    private static string InWords(PodView pod) => pod.Report is { } report
        ? $"{pod.Name} {report.Phase}{(report.Message is { } message ? $" ({message})" : "")}"
        : $"{pod.Name} not reached yet";

    private static string RestartInWords(RestartStep restart)
    {
        if (restart.SoakUntil is { } soak)
            return $"the first restarted pod is ready; {restart.Left} others follow from {soak:yyyy-MM-ddTHH:mm:ssZ} on";
        return restart.Pod is { } pod
            ? $"{pod.Name} is being restarted; {restart.Left} pods to go, this one included"
            : $"{restart.Left} pods have to be restarted, one at a time, while all others are ready";
    }
}
