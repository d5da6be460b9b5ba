namespace Operator.Kubernetes.Telemetry;

/// <summary>The labels of what <see cref="RuntimeMetrics"/> measures: an instrument does not know them itself.</summary>
internal static class RuntimeMetricLabels
{
    private static readonly string[] s_queue = ["name", "controller"], s_controller = ["controller"], s_informer = ["name"];

    /// <summary>By the instrument's name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> ByName { get; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
    {
        ["workqueue_adds_total"] = s_queue,
        ["workqueue_retries_total"] = s_queue,
        ["workqueue_queue_duration_seconds"] = s_queue,
        ["workqueue_work_duration_seconds"] = s_queue,
        ["workqueue_depth"] = s_queue,
        ["workqueue_unfinished_work_seconds"] = s_queue,
        ["workqueue_longest_running_processor_seconds"] = s_queue,
        ["controller_runtime_reconcile_total"] = [.. s_controller, "result"],
        ["controller_runtime_reconcile_errors_total"] = s_controller,
        ["controller_runtime_reconcile_time_seconds"] = s_controller,
        ["controller_runtime_max_concurrent_reconciles"] = s_controller,
        ["controller_runtime_active_workers"] = s_controller,
        ["rest_client_requests_total"] = ["code", "method", "host"],
        ["rest_client_request_duration_seconds"] = ["verb", "host"],
        ["leader_election_master_status"] = ["name"],
        ["reflector_lists_total"] = s_informer,
        ["reflector_watches_total"] = s_informer,
        ["reflector_short_watches_total"] = s_informer,
        ["reflector_failures_total"] = s_informer,
        ["reflector_items"] = s_informer,
        ["reflector_progress_age_seconds"] = s_informer,
    };
}
