using Operator.Entities.Servers;
using Operator.Servers.Status;

namespace Operator.Servers.Telemetry;

/// <summary>Which rollouts ended between two statuses, and how. Pure, so that each end is counted once, after it was written.</summary>
internal static class RolloutEnds
{
    /// <summary>The outcomes.</summary>
    public const string Healthy = "healthy", Halted = "halted", Returned = "returned", Superseded = "superseded";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Healthy, Halted, Returned, Superseded];

    /// <summary>The ends, in the order in which they came.</summary>
    public static IEnumerable<string> Between(CyrusServerStatus old, CyrusServerStatus now)
    {
        var isRejected = now.Rejected is { } rejected && (rejected.Digest != old.Rejected?.Digest || rejected.Retry != old.Rejected.Retry);
        if (isRejected)
            yield return Halted;
        if (old.LastRollout is { Outcome: StatusBuilder.InProgress } before
            && now.LastRollout?.Digest != before.Digest
            && now.Rejected?.Digest != before.Digest)
        {
            yield return Superseded;
        }
        if (now.LastRollout is { CompletionTime: not null } last && last.CompletionTime != old.LastRollout?.CompletionTime)
            yield return last.Outcome == StatusBuilder.RolledBack ? Returned : Healthy;
    }
}
