using Operator.Entities.Servers;

namespace Operator.Servers.Rollout;

/// <summary>What all pods shall come to, and by which rules.</summary>
internal sealed record RolloutGoal
{
    /// <summary>Digest of the bundle that each pod shall serve.</summary>
    public required string Digest { get; init; }

    /// <summary>Digest of all that only a restart can change; see <see cref="RestartInputs"/>.</summary>
    public string? RestartDigest { get; init; }

    /// <summary>How many pods there shall be.</summary>
    public required int Replicas { get; init; }

    /// <summary>How a change goes from pod to pod.</summary>
    public required RolloutSpec Rules { get; init; }

    /// <summary>It was proved on every pod before: going back to it needs no canary.</summary>
    public bool IsKnownGood { get; init; }

    /// <summary>When the canary was seen to serve it, if it was.</summary>
    public DateTimeOffset? CanaryTime { get; init; }

    /// <summary>The goal of a server.</summary>
    public static RolloutGoal Of(CyrusServer server, string digest, string? restartDigest) => new()
    {
        Digest = digest,
        RestartDigest = restartDigest,
        Replicas = server.Spec.Replicas,
        Rules = server.Spec.Rollout,
        IsKnownGood = server.Status?.HealthyDigest == digest,
        CanaryTime = server.Status?.LastRollout is { } last && last.Digest == digest ? last.CanaryTime : null,
    };
}
