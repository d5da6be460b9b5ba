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

    /// <summary>The pod that was asked first: it may serve the target before anybody has seen it under way. On the way back to what was good, one that is under way.</summary>
    public PodView? First { get; init; }

    /// <summary>Until when the canary soaks, while other pods wait for it.</summary>
    public DateTimeOffset? SoakUntil { get; init; }

    /// <summary>The pod that has to be restarted now, and what is waited for otherwise.</summary>
    public RestartStep Restart { get; init; } = RestartStep.None;

    /// <summary>Pods that serve the target, proved.</summary>
    public required int Healthy { get; init; }

    /// <summary>Every wanted pod exists and serves the target, proved.</summary>
    public required bool Served { get; init; }

    /// <summary>The same, and none has to be restarted.</summary>
    public bool Complete => Served && Restart.Left == 0;

    /// <summary>The first pod that refused or could not prove the target; no further pod is asked then.</summary>
    public RolloutFailure? Failure { get; init; }

    /// <summary>
    /// Decides from the pods alone. The first pod in name order is the canary: until one pod is healthy, and has been for the soaking time, only one is
    /// under way; then as many as may be.
    /// </summary>
    public static RolloutPlan Decide(RolloutGoal goal, IReadOnlyList<PodView> pods, DateTimeOffset now)
    {
        var target = goal.Digest;
        var ordered = pods.OrderBy(static pod => pod.Name.Length).ThenBy(static pod => pod.Name, StringComparer.Ordinal).ToArray();
        var healthy = ordered.Count(pod => pod.Serves(target));
        var failure = ordered.Select(pod => FailureOf(pod, target)).FirstOrDefault(static failure => failure is not null);
        var underWay = ordered.Where(pod => pod.Annotated == target && !pod.Serves(target)).ToArray();
        var unasked = ordered.Where(pod => pod.Annotated != target && pod.Ip is not null).ToArray();
        var soak = SoakEnd(goal, healthy, now);
        var served = failure is null && healthy == ordered.Length && ordered.Length == goal.Replicas;
        return new RolloutPlan
        {
            Annotate = failure is null ? Choose(goal, unasked, Room(goal, healthy, underWay.Length, soak)) : [],
            UnderWay = underWay,
            First = goal.IsKnownGood ? underWay.FirstOrDefault() : ordered.FirstOrDefault(pod => pod.Annotated == target),
            SoakUntil = failure is null && unasked.Length > 0 ? soak : null,
            Restart = failure is null ? RestartRules.Decide(goal, ordered, served, now) : RestartStep.None,
            Healthy = healthy,
            Served = served,
            Failure = failure,
        };
    }

    /// <summary>How many more may be asked.</summary>
    private static int Room(RolloutGoal goal, int healthy, int underWay, DateTimeOffset? soak)
    {
        if (!goal.Rules.Canary || goal.IsKnownGood)
            return goal.Rules.MaxParallel - underWay;
        if (healthy == 0)
            return 1 - underWay;
        return soak is null ? goal.Rules.MaxParallel - underWay : 0;
    }

    private static DateTimeOffset? SoakEnd(RolloutGoal goal, int healthy, DateTimeOffset now)
    {
        if (!goal.Rules.Canary || goal.IsKnownGood || healthy == 0 || goal.Rules.SoakSeconds == 0)
            return null;
        var until = (goal.CanaryTime ?? now) + TimeSpan.FromSeconds(goal.Rules.SoakSeconds);
        return until > now ? until : null;
    }

    /// <summary>
    /// A pod that came up with the target has nothing to reload: it is asked at once, whoever is on the way, for the proof. Of the others, pods that serve
    /// nothing yet cost nothing, and one that hangs must not hold up the rest.
    /// </summary>
    private static PodView[] Choose(RolloutGoal goal, PodView[] unasked, int room)
    {
        var fresh = unasked.Where(pod => pod.Annotated is null && pod.Report?.Active == goal.Digest).ToArray();
        return [.. fresh, .. unasked.Except(fresh).Take(Math.Max(room - fresh.Length, 0))];
    }

    private static RolloutFailure? FailureOf(PodView pod, string target) =>
        pod.Refuses(target)
            ? new(pod.Name, pod.Report!.Reason ?? "ReloadFailed", $"Pod {pod.Name}: {pod.Report.Message ?? "the sidecar gave no reason"}")
            : null;
}
