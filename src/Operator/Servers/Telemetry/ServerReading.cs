using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Status;

namespace Operator.Servers.Telemetry;

/// <summary>What the metrics say of one server: what its last reconcile saw, and nothing that would have to be asked for.</summary>
internal sealed record ServerReading
{
    /// <summary>The status that was written.</summary>
    public required CyrusServerStatus Status { get; init; }

    /// <summary>One of <see cref="RolloutStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>How many pods there shall be.</summary>
    public required int Wanted { get; init; }

    /// <summary>Since when what is wanted is not served; null when it is, or when it waits on purpose.</summary>
    public DateTimeOffset? UnservedSince { get; init; }

    /// <summary>Why the condition Degraded is true; null while it is not.</summary>
    public string? Problem { get; init; }

    /// <summary>By listener, when the first of the certificates seen there expires.</summary>
    public IReadOnlyList<(string Service, int Port, DateTimeOffset NotAfter)> Certificates { get; init; } = [];

    /// <summary>Reads what was seen and the status made of it. Pure.</summary>
    public static ServerReading Of(Observation seen, CyrusServerStatus status)
    {
        var degraded = Conditions.Find(status.Conditions, ConditionsBuilder.Degraded);
        return new ServerReading
        {
            Status = status,
            State = RolloutStates.Of(seen),
            Wanted = seen.Server.Spec.Replicas,
            UnservedSince = UnservedOf(seen, status),
            Problem = degraded is { Status: Conditions.True } ? degraded.Reason : null,
            Certificates = CertificatesOf(seen),
        };
    }

    private static DateTimeOffset? UnservedOf(Observation seen, CyrusServerStatus status)
    {
        var isServed = seen is { Problem: null, Plan.Served: true };
        if (isServed || seen.Server.Spec.Paused || seen.Plan?.SoakUntil is not null)
            return null;
        var since = Conditions.Find(status.Conditions, ConditionsBuilder.RolloutHealthy)?.LastTransitionTime ?? seen.Now;
        // It may have been unhealthy for another reason before, such as a pause. A rollout back to what was good is none that somebody waits for.
        return seen.Problem is null && status.LastRollout is { Outcome: StatusBuilder.InProgress, StartTime: var begun } && begun > since ? begun : since;
    }

    private static (string Service, int Port, DateTimeOffset NotAfter)[] CertificatesOf(Observation seen) =>
    [
        .. seen.Pods
            .SelectMany(static pod => pod.Report?.Certificates ?? (IReadOnlyList<ServedCertificate>)[])
            .GroupBy(static one => (one.Service, one.Port))
            .Select(static one => (one.Key.Service, one.Key.Port, one.Min(static certificate => certificate.NotAfter))),
    ];
}
