namespace Operator.Servers.Rollout;

/// <summary>What is due about pods that have to be restarted.</summary>
/// <param name="Pod">The pod to restart now; null while there is none, or while something is waited for.</param>
/// <param name="IsBroken">Whether that pod serves nobody: then nobody has to leave it first.</param>
/// <param name="Left">How many pods have still to be restarted.</param>
/// <param name="SoakUntil">Until when the first restarted pod soaks.</param>
internal sealed record RestartStep(PodView? Pod, bool IsBroken, int Left, DateTimeOffset? SoakUntil)
{
    /// <summary>Nothing has to be restarted.</summary>
    public static RestartStep None { get; } = new(null, false, 0, null);
}

/// <summary>
/// Decides which pod is restarted next: one at a time, in the order of a rollout, and only while every pod is there, ready and serving. Pure.
/// </summary>
internal static class RestartRules
{
    /// <summary>The next step.</summary>
    /// <param name="goal">What the pods shall come to.</param>
    /// <param name="ordered">The pods in the order of a rollout.</param>
    /// <param name="served">Whether all of them serve the wanted configuration: what a reload can do comes first.</param>
    /// <param name="now">The time.</param>
    public static RestartStep Decide(RolloutGoal goal, IReadOnlyList<PodView> ordered, bool served, DateTimeOffset now)
    {
        var outdated = ordered.Where(pod => IsOutdated(goal, pod)).ToArray();
        // It cannot come up as it is, so nothing is lost, and nothing else would ever mend it (kubernetes #67250).
        if (outdated.FirstOrDefault(static pod => !pod.Ready && (pod.Trouble is not null || pod.Ip is null)) is { } broken)
            return new(broken, IsBroken: true, outdated.Length, null);
        if (ordered.Count != goal.Replicas || !ordered.All(static pod => pod.Ready))
            return new(null, false, outdated.Length, null);
        if (ordered.FirstOrDefault(pod => pod.NeedsRestartFor(goal.Digest)) is { } asking)
            return new(asking, false, Math.Max(outdated.Length, 1), null);
        if (outdated.Length == 0)
            return RestartStep.None;
        var soak = SoakUntil(goal, ordered, outdated.Length, now);
        return new(served && soak is null ? outdated[0] : null, false, outdated.Length, soak);
    }

    /// <summary>A pod without the annotation was made by an operator that knew none: it is as it was asked for then.</summary>
    private static bool IsOutdated(RolloutGoal goal, PodView pod) =>
        goal.RestartDigest is { } wanted && pod.RestartDigest is { } made && made != wanted;

    private static DateTimeOffset? SoakUntil(RolloutGoal goal, IReadOnlyList<PodView> ordered, int left, DateTimeOffset now)
    {
        if (!goal.Rules.Canary || goal.Rules.SoakSeconds == 0 || left != ordered.Count - 1)
            return null;
        var first = ordered.First(pod => !IsOutdated(goal, pod));
        var until = (first.ReadySince ?? now) + TimeSpan.FromSeconds(goal.Rules.SoakSeconds);
        return until > now ? until : null;
    }
}
