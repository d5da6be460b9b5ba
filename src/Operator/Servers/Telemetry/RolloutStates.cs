using Operator.Servers.Status;

namespace Operator.Servers.Telemetry;

/// <summary>One word for how a server's rollout stands. Pure.</summary>
internal static class RolloutStates
{
    /// <summary>The words.</summary>
    public const string Healthy = "healthy",
        InProgress = "in_progress",
        Soaking = "soaking",
        Paused = "paused",
        Halted = "halted",
        Returning = "returning",
        Returned = "returned",
        Refused = "refused";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Healthy, InProgress, Soaking, Paused, Halted, Returning, Returned, Refused];

    /// <summary>The word for what was seen.</summary>
    public static string Of(Observation seen)
    {
        var isServed = seen.Plan?.Served == true;
        if (seen.Problem is not null)
            return seen.Rejected is null || seen.Target == seen.Rejected.Digest ? Refused : isServed ? Returned : Returning;
        if (seen.Plan?.Failure is not null || ProgressRules.IsStuck(seen) || seen.Pods.Any(static pod => pod.Trouble is not null))
            return Halted;
        if (seen.Plan?.Complete == true)
            return Healthy;
        if (seen.Server.Spec.Paused)
            return Paused;
        return seen.Plan is { SoakUntil: not null } or { Restart.SoakUntil: not null } ? Soaking : InProgress;
    }
}
