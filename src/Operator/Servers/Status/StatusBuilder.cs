using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Servers.Rollout;

namespace Operator.Servers.Status;

/// <summary>The status that an observation amounts to. Pure, so that the status can only say what was seen.</summary>
internal static class StatusBuilder
{
    private const int ShortDigest = 12;
    private const int MostPodsListed = 100;

    /// <summary>Rollout outcomes, as the status names them.</summary>
    public const string InProgress = "InProgress", Healthy = "Healthy", RolledBack = "RolledBack", Superseded = "Superseded";

    /// <summary>Builds the status.</summary>
    public static CyrusServerStatus Build(Observation seen)
    {
        var old = seen.Server.Status ?? new CyrusServerStatus();
        var served = seen.Plan?.Served == true;
        var healthy = served ? seen.Target : old.HealthyDigest;
        var pods = PodsOf(seen);
        return new CyrusServerStatus
        {
            ObservedGeneration = seen.Server.Metadata.Generation ?? 0,
            Conditions = ConditionsBuilder.Build(seen, old),
            Replicas = seen.Pods.Count,
            ReadyReplicas = seen.Pods.Count(static pod => pod.Ready),
            HealthyReplicas = seen.Plan?.Healthy ?? 0,
            OutdatedReplicas = seen.Pods.Count(pod => IsOutdated(pod, seen)),
            Selector = $"{AnnotationKeys.ServerLabel}={seen.Server.Metadata.Name}",
            TargetDigest = seen.Target,
            HealthyDigest = healthy,
            Digest = Shorten(healthy),
            Rejected = seen.Rejected,
            Draining = seen.Pods.Sum(static pod => pod.Report?.Workers.Draining ?? 0),
            Certificate = CertificateOf(seen.Pods) ?? old.Certificate,
            LastRollout = RolloutOf(seen, old, pods, served),
            Pods = pods,
        };
    }

    /// <summary>The first characters of a digest, enough to tell two apart by eye.</summary>
    public static string? Shorten(string? digest) => digest?[..Math.Min(ShortDigest, digest.Length)];

    /// <summary>The pods as the status lists them: the first hundred by name.</summary>
    public static IReadOnlyList<PodStatus> PodsOf(Observation seen) =>
    [
        .. seen.Pods.OrderBy(static pod => pod.Name, StringComparer.Ordinal).Take(MostPodsListed).Select(pod => PodOf(pod) with
        {
            Outdated = IsOutdated(pod, seen),
        }),
    ];

    private static bool IsOutdated(PodView pod, Observation seen) => seen.Revision is { } newest && pod.Revision is { } made && made != newest;

    private static PodStatus PodOf(PodView pod) => new()
    {
        Name = pod.Name,
        Node = pod.Node,
        Served = Shorten(pod.Report?.Served),
        Phase = pod.Report?.Phase,
        Stale = pod.Report?.Workers.Stale ?? 0,
        Draining = pod.Report?.Workers.Draining ?? 0,
        Disconnected = pod.Report is { Disconnected: var sent } ? sent.Told + sent.Terminated : 0,
        AtRisk = pod.Report?.AtRisk ?? 0,
        SaturatedServices = pod.Report?.Saturated is { Count: > 0 } full ? [.. full.Select(static one => one.Service)] : null,
        PendingRestart = pod.Report is { } report && report.PendingRestart.Concat(report.UnreloadedServices).ToList() is { Count: > 0 } pending ? pending : null,
        CertificateSha256 = pod.Report?.Certificates is [var first, ..] ? first.Sha256 : null,
        Message = pod.Report?.Message ?? pod.Trouble,
    };

    private static CertificateStatus? CertificateOf(IReadOnlyList<PodView> pods)
    {
        var first = pods.SelectMany(static pod => pod.Report?.Certificates ?? []).MinBy(static certificate => certificate.NotAfter);
        return first is null ? null : new CertificateStatus
        {
            Subject = first.Subject.Length > 0 ? first.Subject : null,
            Sha256 = first.Sha256,
            NotAfter = first.NotAfter,
        };
    }

    private static RolloutStatus? RolloutOf(Observation seen, CyrusServerStatus old, IReadOnlyList<PodStatus> pods, bool served)
    {
        if (seen.Target is not { } target)
            return old.LastRollout;
        var rollout = old.LastRollout is { } last && last.Digest == target
            ? last
            : new RolloutStatus { Digest = target, StartTime = seen.Now, Outcome = InProgress };
        rollout = rollout with
        {
            ProgressTime = ProgressRules.LastProgress(seen, old, pods),
            Canary = rollout.Canary ?? seen.Plan?.First?.Name,
            CanaryTime = rollout.CanaryTime ?? (seen.Plan is { Healthy: > 0 } ? seen.Now : null),
        };
        if (!served || rollout.Outcome != InProgress)
            return rollout;
        return rollout with
        {
            Outcome = seen.Rejected is null ? Healthy : RolledBack,
            CompletionTime = seen.Now,
            PhaseSeconds = SlowestPhases(seen.Pods),
        };
    }

    private static Dictionary<string, double> SlowestPhases(IReadOnlyList<PodView> pods) =>
        pods.SelectMany(static pod => pod.Report?.PhaseSeconds ?? new Dictionary<string, double>())
            .GroupBy(static phase => phase.Key, StringComparer.Ordinal)
            .ToDictionary(static phase => phase.Key, static phase => Math.Round(phase.Max(static one => one.Value), 3), StringComparer.Ordinal);
}
