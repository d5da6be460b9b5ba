using System.Diagnostics.Metrics;

namespace Operator.Kubernetes.Telemetry;

/// <summary>
/// What the runtime measures. Names, labels and buckets are those of controller-runtime and client-go (pkg/metrics,
/// pkg/internal/controller/metrics, tools/cache/reflector_metrics.go), so that dashboards made for them work. Labels name controllers and
/// kinds, never objects.
/// </summary>
public sealed class RuntimeMetrics : IDisposable
{
    /// <summary>Name of the meter, for whoever listens.</summary>
    public const string MeterName = "Operator.Kubernetes";

    private static readonly double[] s_seconds =
    [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1,
        1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
    ];

    private static readonly double[] s_decades = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> requests;
    private readonly Histogram<double> requestSeconds;
    private readonly Gauge<int> leader;

    /// <summary>Measures for whoever listens; nobody yet.</summary>
    public RuntimeMetrics()
    {
        Adds = Count("workqueue_adds_total", "Total number of adds handled by workqueue");
        Retries = Count("workqueue_retries_total", "Total number of retries handled by workqueue");
        QueueSeconds = Seconds(
            "workqueue_queue_duration_seconds", "How long in seconds an item stays in workqueue before being requested", s_decades);
        WorkSeconds = Seconds(
            "workqueue_work_duration_seconds", "How long in seconds processing an item from workqueue takes", s_decades);
        Reconciles = Count("controller_runtime_reconcile_total", "Total number of reconciliations per controller");
        ReconcileErrors = Count("controller_runtime_reconcile_errors_total", "Total number of reconciliation errors per controller");
        ReconcileSeconds = Seconds(
            "controller_runtime_reconcile_time_seconds", "Length of time per reconciliation per controller", s_seconds);
        MaxWorkers = meter.CreateGauge<int>(
            "controller_runtime_max_concurrent_reconciles", null, "Maximum number of concurrent reconciles per controller");
        ActiveWorkers = meter.CreateUpDownCounter<int>(
            "controller_runtime_active_workers", null, "Number of currently used workers per controller");
        requests = Count("rest_client_requests_total", "Number of HTTP requests, partitioned by status code, method, and host");
        requestSeconds = Seconds(
            "rest_client_request_duration_seconds", "Request latency in seconds until the answer begins, by verb and host", s_seconds);
        leader = meter.CreateGauge<int>(
            "leader_election_master_status", null, "Whether this process leads by the lease of that name: 1, or 0 while it stands by");
    }

    /// <summary>For those who measure nothing.</summary>
    public static RuntimeMetrics None { get; } = new();

    internal Counter<long> Adds { get; }

    internal Counter<long> Retries { get; }

    internal Histogram<double> QueueSeconds { get; }

    internal Histogram<double> WorkSeconds { get; }

    internal Counter<long> Reconciles { get; }

    internal Counter<long> ReconcileErrors { get; }

    internal Histogram<double> ReconcileSeconds { get; }

    internal Gauge<int> MaxWorkers { get; }

    internal UpDownCounter<int> ActiveWorkers { get; }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    /// <summary>The meter is ours, and not another instance's of the same name.</summary>
    internal bool Owns(Meter other) => other == meter;

    /// <summary>An answer began, or there was none.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="host">Host and port.</param>
    /// <param name="code">The HTTP status, or <c>&lt;error></c> as client-go has it.</param>
    /// <param name="took">Until the answer's headers: a watch's stream is not part of it.</param>
    internal void Requested(string method, string host, string code, TimeSpan took)
    {
        requests.Add(1, new("code", code), new("method", method), new("host", host));
        requestSeconds.Record(took.TotalSeconds, new("verb", method), new KeyValuePair<string, object?>("host", host));
    }

    /// <summary>The election of that name was won, lost or begun.</summary>
    internal void Leads(string name, bool leads) => leader.Record(leads ? 1 : 0, new KeyValuePair<string, object?>("name", name));

    /// <summary>Lets a listener read what is true at the moment it asks.</summary>
    /// <param name="queues">One reading per queue.</param>
    /// <param name="informers">One reading per informer.</param>
    internal void Observe(Func<IEnumerable<QueueReading>> queues, Func<IEnumerable<InformerReading>> informers)
    {
        Now("workqueue_depth", "Current depth of workqueue", queues, static one => new(one.Depth, one.Labels));
        Now(
            "workqueue_unfinished_work_seconds",
            "How many seconds of work are in progress and not yet observed by work_duration; large values indicate stuck workers",
            queues,
            static one => new(one.Unfinished.TotalSeconds, one.Labels));
        Now(
            "workqueue_longest_running_processor_seconds",
            "How many seconds the longest running processor of workqueue has been running",
            queues,
            static one => new(one.LongestRunning.TotalSeconds, one.Labels));
        Total("reflector_lists_total", "Total number of API lists done by the reflectors", informers, static one => one.Lists);
        Total("reflector_watches_total", "Total number of API watches done by the reflectors", informers, static one => one.Watches);
        Total(
            "reflector_short_watches_total",
            "Total number of API watches that ended at once and told nothing",
            informers,
            static one => one.ShortWatches);
        Total("reflector_failures_total", "Total number of lists and watches that failed", informers, static one => one.Failures);
        Now("reflector_items", "Number of objects held", informers, static one => new(one.Items, one.Labels));
        Now(
            "reflector_progress_age_seconds",
            "How long ago the reflector last listed, began a watch, saw an event or failed",
            informers,
            static one => new(one.SinceProgress.TotalSeconds, one.Labels));
    }

    private Counter<long> Count(string name, string help) => meter.CreateCounter<long>(name, null, help);

    private Histogram<double> Seconds(string name, string help, double[] buckets) =>
        meter.CreateHistogram(name, null, help, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    private void Now<T>(string name, string help, Func<IEnumerable<T>> readings, Func<T, Measurement<double>> value) =>
        meter.CreateObservableGauge(name, () => readings().Select(value), null, help);

    private void Total(string name, string help, Func<IEnumerable<InformerReading>> readings, Func<InformerReading, long> value) =>
        meter.CreateObservableCounter(name, () => readings().Select(one => new Measurement<long>(value(one), one.Labels)), null, help);
}
