namespace Operator.Servers.Rollout;

/// <summary>A pod that could not take the target.</summary>
internal sealed record RolloutFailure(string Pod, string Reason, string Message);

/// <summary>What to do next, and how far the rollout is.</summary>
internal sealed record RolloutPlan
{
    /// <summary>Pods that shall be asked for the target now.</summary>
    public required IReadOnlyList<PodView> Annotate { get; init; }

    /// <summary>Pods that have been asked and are not there yet.</summary>
    public required IReadOnlyList<PodView> UnderWay { get; init; }

    /// <summary>A pod that has to be restarted to get the target; at most one at a time, and only while all others are ready.</summary>
    public PodView? Restart { get; init; }

    /// <summary>Pods that serve the target, proved.</summary>
    public required int Healthy { get; init; }

    /// <summary>Every wanted pod exists and serves the target, proved.</summary>
    public required bool Complete { get; init; }

    /// <summary>The first pod that refused or could not prove the target; no further pod is asked then.</summary>
    public RolloutFailure? Failure { get; init; }

    /// <summary>
    /// Decides from the pods alone. The first pod in name order is the canary: until one pod is healthy, only one is under way;
    /// then up to <paramref name="maxParallel"/>.
    /// </summary>
    public static RolloutPlan Decide(string target, IReadOnlyList<PodView> pods, int replicas, int maxParallel)
    {
        var ordered = pods.OrderBy(static pod => pod.Name.Length).ThenBy(static pod => pod.Name, StringComparer.Ordinal).ToArray();
        var healthy = ordered.Count(pod => pod.Serves(target));
        var failure = ordered.Select(pod => FailureOf(pod, target)).FirstOrDefault(static failure => failure is not null);
        var underWay = ordered.Where(pod => pod.Annotated == target && !pod.Serves(target)).ToArray();
        var room = (healthy == 0 ? 1 : maxParallel) - underWay.Length;
        return new RolloutPlan
        {
            // Pods that serve nothing yet cost nothing when asked, and one that hangs must not hold up the others.
            Annotate = failure is null ? [.. ordered.Where(pod => pod.Annotated != target && pod.Ip is not null).Take(Math.Max(room, 0))] : [],
            UnderWay = underWay,
            Restart = failure is null && ordered.Length == replicas && ordered.All(static pod => pod.Ready)
                ? underWay.FirstOrDefault(pod => pod.NeedsRestartFor(target))
                : null,
            Healthy = healthy,
            Complete = failure is null && healthy == ordered.Length && ordered.Length == replicas,
            Failure = failure,
        };
    }

    private static RolloutFailure? FailureOf(PodView pod, string target) =>
        pod.Refuses(target)
            ? new(pod.Name, pod.Report!.Reason ?? "ReloadFailed", $"Pod {pod.Name}: {pod.Report.Message ?? "the sidecar gave no reason"}")
            : null;
}
