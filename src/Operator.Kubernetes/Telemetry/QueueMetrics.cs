namespace Operator.Kubernetes.Telemetry;

/// <summary>What one queue tells of its keys.</summary>
internal sealed class QueueMetrics(RuntimeMetrics metrics, string name)
{
    // Both labels, as controller-runtime has them.
    private readonly KeyValuePair<string, object?> queue = new("name", name);
    private readonly KeyValuePair<string, object?> controller = new("controller", name);

    /// <summary>A key was added that was not in the queue.</summary>
    public void Added() => metrics.Adds.Add(1, queue, controller);

    /// <summary>A key was added for later, after a failure or on request.</summary>
    public void Retried() => metrics.Retries.Add(1, queue, controller);

    /// <summary>A key was handed out.</summary>
    public void Taken(TimeSpan waited) => metrics.QueueSeconds.Record(waited.TotalSeconds, queue, controller);

    /// <summary>A worker is done with a key.</summary>
    public void Done(TimeSpan worked) => metrics.WorkSeconds.Record(worked.TotalSeconds, queue, controller);
}
