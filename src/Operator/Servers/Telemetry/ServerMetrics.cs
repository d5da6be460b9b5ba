using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Metrics;
using Operator.Servers.Status;

namespace Operator.Servers.Telemetry;

/// <summary>
/// Tells of the servers what the reconciler has seen anyway; it asks for nothing. A server that is gone takes its series with it, and an operator that
/// does not lead has none.
/// </summary>
internal sealed class ServerMetrics : IDisposable
{
    private static readonly double[] s_seconds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

    private readonly Meter meter = new("Operator.Servers");
    private readonly Counter<long> refused;
    private readonly Histogram<double> phases;
    private readonly Histogram<double> rollouts;
    private readonly ConcurrentDictionary<ObjectKey, Entry> servers = new();

    /// <summary>Measures for whoever listens.</summary>
    public ServerMetrics()
    {
        refused = meter.CreateCounter<long>(ServerMetricNames.InputsRefused.Name, null, ServerMetricNames.InputsRefused.Help);
        phases = Seconds(ServerMetricNames.PhaseSeconds);
        rollouts = Seconds(ServerMetricNames.RolloutSeconds);
        Now(ServerMetricNames.Info, static one => [(1, [StatusBuilder.Shorten(one.Status.TargetDigest) ?? "", one.Status.Digest ?? ""])]);
        Now(ServerMetricNames.Condition, static one => one.Status.Conditions.SelectMany(ConditionOf));
        Now(ServerMetricNames.RolloutState, static one => RolloutStates.All.Select(state => (One(state == one.State), (string[])[state])));
        Now(ServerMetricNames.UnservedSince, static one => [(one.UnservedSince?.ToUnixTimeSeconds() ?? 0, [])]);
        Now(ServerMetricNames.Pods, PodsOf);
        Now(ServerMetricNames.Draining, static one => [(one.Status.Draining, [])]);
        Now(ServerMetricNames.CertificateNotAfter, static one => one.Certificates.Select(
            static listener => ((double)listener.NotAfter.ToUnixTimeSeconds(), (string[])[listener.Service, $"{listener.Port}"])));
        Now(ServerMetricNames.Problem, static one => one.Problem is { } reason ? [(1, [reason])] : []);
        var ends = ServerMetricNames.Rollouts;
        meter.CreateObservableCounter(ends.Name, () => servers.SelectMany(one => one.Value.Ends.Select(end => Measure(ends, one.Key, end.Value, end.Key))), null, ends.Help);
    }

    /// <summary>One turn of a server has come to its end: the status is written.</summary>
    /// <param name="seen">What was seen, with the status as it was before.</param>
    /// <param name="status">The status as it is now.</param>
    public void Saw(Observation seen, CyrusServerStatus status)
    {
        var key = ObjectKey.Of(seen.Server);
        // A key is never reconciled twice at once, so nobody else writes its entry.
        var before = servers.GetValueOrDefault(key);
        var ends = (before?.Ends ?? Entry.NoEnds).ToDictionary(StringComparer.Ordinal);
        foreach (var end in RolloutEnds.Between(seen.Server.Status ?? new CyrusServerStatus(), status))
        {
            ends[end]++;
            if (end is RolloutEnds.Healthy or RolloutEnds.Returned)
                Record(end, status.LastRollout!);
        }
        if (seen.Problem is { } problem && problem != before?.Refused)
            refused.Add(1, new KeyValuePair<string, object?>("reason", problem.Reason));
        servers[key] = new Entry(ServerReading.Of(seen, status), ends, seen.Problem);
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server) => servers.TryRemove(server, out _);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    /// <summary>The meter is ours, and not another instance's of the same name.</summary>
    internal bool Owns(Meter other) => other == meter;

    private void Record(string outcome, RolloutStatus rollout)
    {
        rollouts.Record((rollout.CompletionTime!.Value - rollout.StartTime).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        foreach (var (phase, seconds) in rollout.PhaseSeconds ?? new Dictionary<string, double>())
            phases.Record(seconds, new KeyValuePair<string, object?>("phase", Words.Snake(PhaseOf(phase))));
    }

    /// <summary>A series stays for as long as the process: no pod may make up names for more of them.</summary>
    private static string PhaseOf(string name) => Enum.GetNames<ReloadPhase>().Contains(name) ? name : nameof(ReloadPhase.Unknown);

    private static double One(bool isSo) => isSo ? 1 : 0;

    private static IEnumerable<(double, string[])> ConditionOf(V1Condition condition) =>
    [
        (One(condition.Status == Conditions.True), [condition.Type!, "true"]),
        (One(condition.Status == Conditions.False), [condition.Type!, "false"]),
    ];

    private static IEnumerable<(double, string[])> PodsOf(ServerReading one) =>
    [
        (one.Wanted, ["wanted"]),
        (one.Status.Replicas, ["existing"]),
        (one.Status.ReadyReplicas, ["ready"]),
        (one.Status.HealthyReplicas, ["healthy"]),
        (one.Status.OutdatedReplicas, ["outdated"]),
    ];

    private void Now(MetricDefinition definition, Func<ServerReading, IEnumerable<(double Value, string[] Labels)>> series) =>
        meter.CreateObservableGauge(
            definition.Name,
            () => servers.SelectMany(one => series(one.Value.Reading).Select(each => Measure(definition, one.Key, each.Value, each.Labels))),
            null,
            definition.Help);

    private Histogram<double> Seconds(MetricDefinition definition) => meter.CreateHistogram(
        definition.Name, null, definition.Help, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = s_seconds });

    private static Measurement<double> Measure(MetricDefinition definition, ObjectKey server, double value, params string[] labels) =>
        new(value, definition.Series(value, [server.Namespace ?? "", server.Name, .. labels]).Labels.Select(static one => new KeyValuePair<string, object?>(one.Key, one.Value)));

    private sealed record Entry(ServerReading Reading, IReadOnlyDictionary<string, long> Ends, InputProblem? Refused)
    {
        /// <summary>All outcomes at zero: a rate needs a first value.</summary>
        public static readonly IReadOnlyDictionary<string, long> NoEnds = RolloutEnds.All.ToDictionary(static end => end, static _ => 0L, StringComparer.Ordinal);
    }
}
