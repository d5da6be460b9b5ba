using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Rollout;

namespace Operator.Servers.Status;

/// <summary>Tells whether a rollout gets further. Pure.</summary>
internal static class ProgressRules
{
    /// <summary>For so long kubelet may take for what its API server told it before that is worth a word; it takes seconds when all is well.</summary>
    public static readonly TimeSpan SlowMount = TimeSpan.FromSeconds(20);

    /// <summary>When a pod was last seen to get further.</summary>
    public static DateTimeOffset LastProgress(Observation seen, CyrusServerStatus old, IReadOnlyList<PodStatus> pods) =>
        old.LastRollout is { ProgressTime: { } last } rollout
        && rollout.Digest == seen.Target
        && (seen.Plan?.Complete == true || !Conditions.IsTrue(old.Conditions, ConditionsBuilder.RolloutHealthy))
        && old.ReadyReplicas == seen.Pods.Count(static pod => pod.Ready)
        && pods.Select(Mark).SequenceEqual(old.Pods.Select(Mark))
            ? last
            : seen.Now;

    /// <summary>Whether the rollout has stood still for longer than it may.</summary>
    public static bool IsStuck(Observation seen) => IsWaiting(seen) && Left(seen) <= TimeSpan.Zero;

    /// <summary>How long until it counts as stuck; null when it does not wait.</summary>
    public static TimeSpan? Remaining(Observation seen) => IsWaiting(seen) && Left(seen) is { Ticks: > 0 } left ? left : null;

    /// <summary>A pod whose node has not brought it its files for long; null when there is none.</summary>
    public static PodView? SlowToMount(Observation seen) => seen.Target is not { } target ? null : seen.Plan?.UnderWay.FirstOrDefault(
        pod => !pod.HasMounted(target) && pod.Report is not null && seen.Now - pod.MountingSince >= SlowMount);

    private static (string Name, string? Served, object? Phase, bool Outdated) Mark(PodStatus pod) => (pod.Name, pod.Served, pod.Phase, pod.Outdated);

    private static bool IsWaiting(Observation seen) =>
        seen is { Server.Spec.Paused: false, Plan: { Complete: false, Failure: null, SoakUntil: null, Restart.SoakUntil: null } };

    private static TimeSpan Left(Observation seen)
    {
        var old = seen.Server.Status ?? new CyrusServerStatus();
        var since = LastProgress(seen, old, StatusBuilder.PodsOf(seen));
        return since + TimeSpan.FromSeconds(seen.Server.Spec.Rollout.ProgressDeadlineSeconds) - seen.Now;
    }
}
