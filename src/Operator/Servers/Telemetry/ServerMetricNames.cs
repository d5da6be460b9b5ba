using Operator.Metrics;

namespace Operator.Servers.Telemetry;

/// <summary>
/// What the operator tells of its servers. <c>namespace</c> and <c>name</c> are the server's, as kube-state-metrics has them; histograms have
/// neither, so that their number does not grow with the servers.
/// </summary>
internal static class ServerMetricNames
{
    private const string Space = "namespace", Name = "name";

    public static readonly MetricDefinition Info = Gauge(
        "server_info",
        "1 for each server; the first digits of the digest that is rolled out or served, and of the one that was last proved on every pod.",
        "target",
        "healthy");

    public static readonly MetricDefinition Condition = Gauge(
        "server_status_condition", "1 for the status that a condition of the server has, true or false, 0 for the other.", "type", "status");

    public static readonly MetricDefinition RolloutState = Gauge(
        "server_rollout_state",
        "1 for the state that the server's rollout is in, 0 for the rest: healthy, in_progress, soaking, paused, halted (a pod refuses it or cannot start, or"
        + " nothing moves), returning and returned (to the last good configuration, after a refusal), refused (the inputs cannot be used).",
        "state");

    public static readonly MetricDefinition UnservedSince = Gauge(
        "server_unserved_since_timestamp_seconds",
        "Since when what is wanted is not served by every pod, in seconds since 1970; 0 when it is, while spec.paused is true, and while a canary soaks.");

    public static readonly MetricDefinition Pods = Gauge(
        "server_pods",
        "The server's pods: wanted (spec.replicas), existing, ready, healthy (they serve the target, proved), and outdated (a restart would change them).",
        "state");

    public static readonly MetricDefinition Draining = Gauge(
        "server_draining_sessions", "Sessions, over all pods, that still run under an older configuration.");

    public static readonly MetricDefinition CertificateNotAfter = Gauge(
        "server_certificate_not_after_timestamp_seconds",
        "When the certificate that a listener was seen to serve expires, in seconds since 1970; the earliest of all pods.",
        "cyrus_service",
        "port");

    public static readonly MetricDefinition Problem = Gauge(
        "server_problem", "1 while something is wrong with what the server is made from, by the reason that its condition Degraded has.", "reason");

    public static readonly MetricDefinition Rollouts = new(
        Prefix + "rollouts_total",
        MetricType.Counter,
        "Rollouts by how they ended: healthy, halted (a pod refused it), returned (the last good configuration is back), superseded (something newer came).",
        Space,
        Name,
        "outcome");

    public static readonly MetricDefinition InputsRefused = new(
        Prefix + "inputs_refused_total", MetricType.Counter, "Inputs that could not be used, by reason.", "reason");

    public static readonly MetricDefinition PhaseSeconds = new(
        Prefix + "rollout_phase_seconds", MetricType.Histogram, "Time that a rollout spent in each phase, the slowest pod's, in seconds.", "phase");

    public static readonly MetricDefinition RolloutSeconds = new(
        Prefix + "rollout_seconds", MetricType.Histogram, "Time from publishing a configuration until every pod served it, in seconds.", "outcome");

    private const string Prefix = "cyrus_operator_";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        Info, Condition, RolloutState, UnservedSince, Pods, Draining, CertificateNotAfter, Problem, Rollouts, InputsRefused, PhaseSeconds, RolloutSeconds,
    ];

    private static MetricDefinition Gauge(string name, string help, params IReadOnlyList<string> labels) =>
        new(Prefix + name, MetricType.Gauge, help, [Space, Name, .. labels]);
}
