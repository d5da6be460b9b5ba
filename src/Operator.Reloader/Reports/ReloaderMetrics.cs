using System.Globalization;
using Operator.Entities.Contract;
using Operator.Metrics;

namespace Operator.Reloader.Reports;

/// <summary>The report and what is measured beside it, as metrics. Nothing of it is secret, and no label grows with users or sessions. Pure.</summary>
/// <remarks>A label <c>service</c> would be taken for the Kubernetes Service by whoever scrapes through one.</remarks>
internal static class ReloaderMetrics
{
    private const string Prefix = "cyrus_reloader_";
    private const int ShortDigest = 12;

    private static readonly MetricDefinition
        s_build = Gauge("build_info", "1; the sidecar's version, the commit that it was built from, the .NET that runs it, and the version of its report.", "version", "revision", "dotnet", "report_version"),
        s_master = Gauge("master_up", "Whether a Cyrus master runs in the pod: 1 or 0."),
        s_phase = Gauge("phase", "1 for what the sidecar is doing, 0 for the rest.", "phase"),
        s_lastPhases = Gauge("last_reload_phase_seconds", "Seconds that the last reload spent in each phase.", "phase"),
        s_phases = new(Prefix + "reload_phase_seconds", MetricType.Histogram, "Time that reloads spent in a phase, each stay in it by itself, in seconds.", "phase"),
        s_workers = Gauge("workers", "Cyrus' workers by service and by their age against the last reload: fresh, stale (idle and old: they must go), draining (in a session that began before it), starting.", "cyrus_service", "state"),
        s_sessions = Gauge("sessions", "Workers in a session, of any age.", "cyrus_service"),
        s_maxChild = Gauge("service_maxchild", "How many workers a service may have (maxchild in cyrus.conf); services without a limit are left out.", "cyrus_service"),
        s_saturated = Gauge("saturated_service_sessions", "Old sessions of a service that is full because of them, so that new connections wait; absent while none is.", "cyrus_service"),
        s_atRisk = Gauge("sessions_at_risk", "Sessions and jobs that the last signal to the master put at risk; 0 when it was sent at a quiet moment."),
        s_disconnected = Gauge("disconnected_sessions", "Old sessions that were sent away since the last reload (spec.rollout.drain): told to go, or terminated.", "how"),
        s_pending = Gauge("restart_pending", "Changed options and services that only a restart of the pod brings up to date."),
        s_generation = Gauge("generation_info", "1; the first digits of the digests that are desired, mounted, active, proved on the wire (served), and rejected.", "role", "digest"),
        s_unserved = Gauge("unserved_since_timestamp_seconds", "Since when the pod does not serve what is desired, in seconds since 1970; 0 when it does."),
        s_notAfter = Gauge("certificate_not_after_timestamp_seconds", "When the served certificate expires, in seconds since 1970; the earliest of a listener.", "cyrus_service", "port"),
        s_reloads = Counter("reloads_total", "Reloads since the sidecar's start, by how they ended: served, refused, restored (what was served before is proved again), failed (it is tried again).", "outcome"),
        s_failures = Counter("checks_failed_total", "Configurations that were refused or could not be proved, by the reason that the report gave.", "reason");

    /// <summary>What there is, the process' own aside.</summary>
    public static IReadOnlyList<MetricDefinition> Definitions { get; } =
    [
        s_build, s_master, s_phase, s_lastPhases, s_phases, s_workers, s_sessions, s_maxChild, s_saturated, s_atRisk, s_disconnected, s_pending,
        s_generation, s_unserved, s_notAfter, s_reloads, s_failures,
    ];

    /// <summary>All of them as they are now.</summary>
    /// <param name="report">The report.</param>
    /// <param name="unservedSince">Since when what is desired is not served; null when it is.</param>
    /// <param name="measures">What is measured beside it.</param>
    /// <param name="build">The sidecar's.</param>
    public static IReadOnlyList<MetricFamily> Read(ReloadReport report, DateTimeOffset? unservedSince, ReloadMeasures measures, BuildInfo build) =>
    [
        s_build.With(s_build.Series(1, build.Version, build.Revision, BuildInfo.Dotnet, Text(ReloadReport.NewestVersion))),
        One(s_master, measures.HasMaster ? 1 : 0),
        s_phase.With([.. Enum.GetValues<ReloadPhase>().Where(static phase => phase != ReloadPhase.Unknown)
            .Select(phase => s_phase.Series(report.Phase == phase ? 1 : 0, Words.Snake(phase.ToString())))]),
        s_lastPhases.With([.. report.PhaseSeconds.OrderBy(static phase => phase.Key, StringComparer.Ordinal)
            .Select(static phase => s_lastPhases.Series(phase.Value, Words.Snake(phase.Key)))]),
        measures.Phases.Read(s_phases),
        .. Workers(report, measures),
        .. Generations(report, unservedSince),
        s_reloads.With([.. Enum.GetValues<ReloadOutcome>().Select(outcome => s_reloads.Series(measures.Outcomes[outcome], Words.Snake(outcome.ToString())))]),
        s_failures.With([.. measures.Failures.OrderBy(static failure => failure.Key, StringComparer.Ordinal)
            .Select(static failure => s_failures.Series(failure.Value, failure.Key))]),
    ];

    private static IEnumerable<MetricFamily> Workers(ReloadReport report, ReloadMeasures measures) =>
    [
        s_workers.With([.. measures.Services.SelectMany(static one => (MetricSeries[])
        [
            s_workers.Series(one.Counts.Fresh, one.Service, "fresh"),
            s_workers.Series(one.Counts.Stale, one.Service, "stale"),
            s_workers.Series(one.Counts.Draining, one.Service, "draining"),
            s_workers.Series(one.Counts.Starting, one.Service, "starting"),
        ])]),
        s_sessions.With([.. measures.Services.Select(static one => s_sessions.Series(one.Counts.Sessions, one.Service))]),
        s_maxChild.With([.. measures.MaxChild.OrderBy(static limit => limit.Key, StringComparer.Ordinal)
            .Select(static limit => s_maxChild.Series(limit.Value, limit.Key))]),
        s_saturated.With([.. report.Saturated.GroupBy(static full => full.Service, StringComparer.Ordinal)
            .Select(static full => s_saturated.Series(full.Sum(static one => one.Draining), full.Key))]),
        One(s_atRisk, report.AtRisk),
        s_disconnected.With(s_disconnected.Series(report.Disconnected.Told, "told"), s_disconnected.Series(report.Disconnected.Terminated, "terminated")),
        One(s_pending, report.PendingRestart.Count + report.UnreloadedServices.Count),
    ];

    private static IEnumerable<MetricFamily> Generations(ReloadReport report, DateTimeOffset? unservedSince)
    {
        (string Role, string? Digest)[] digests =
        [
            ("desired", report.Desired), ("mounted", report.Mounted), ("active", report.Active), ("served", report.Served), ("rejected", report.Rejected),
        ];
        yield return s_generation.With([.. digests.Where(static one => one.Digest is not null)
            .Select(static one => s_generation.Series(1, one.Role, one.Digest!.Length > ShortDigest ? one.Digest[..ShortDigest] : one.Digest))]);
        yield return One(s_unserved, unservedSince?.ToUnixTimeSeconds() ?? 0);
        yield return s_notAfter.With([.. report.Certificates.GroupBy(static one => (one.Service, one.Port)).Select(static one =>
            s_notAfter.Series(one.Min(static certificate => certificate.NotAfter).ToUnixTimeSeconds(), one.Key.Service, Text(one.Key.Port)))]);
    }

    private static MetricFamily One(MetricDefinition definition, double value) => definition.With(definition.Series(value));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static MetricDefinition Gauge(string name, string help, params IReadOnlyList<string> labels) => new(Prefix + name, MetricType.Gauge, help, labels);

    private static MetricDefinition Counter(string name, string help, params IReadOnlyList<string> labels) => new(Prefix + name, MetricType.Counter, help, labels);
}
