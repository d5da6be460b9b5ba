namespace Operator.Kubernetes.Telemetry;

/// <summary>What one controller tells of its work.</summary>
internal sealed class ControllerMetrics(RuntimeMetrics metrics, string name)
{
    /// <summary>It succeeded and waits for a change.</summary>
    public const string Success = "success";

    /// <summary>It succeeded and wants another turn.</summary>
    public const string RequeueAfter = "requeue_after";

    /// <summary>It failed.</summary>
    public const string Error = "error";

    private readonly KeyValuePair<string, object?> controller = new("controller", name);

    /// <summary>The workers begin. All series are there from now on, at zero: a rate needs a first value.</summary>
    public void Started(int workers)
    {
        metrics.MaxWorkers.Record(workers, controller);
        metrics.ActiveWorkers.Add(0, controller);
        metrics.ReconcileErrors.Add(0, controller);
        foreach (var result in (string[])[Success, RequeueAfter, Error])
            metrics.Reconciles.Add(0, controller, new("result", result));
    }

    /// <summary>A worker begins with a key.</summary>
    public void Begins() => metrics.ActiveWorkers.Add(1, controller);

    /// <summary>A worker is done with a key.</summary>
    /// <param name="result">One of the constants.</param>
    /// <param name="took">The reconciler's time.</param>
    public void Ends(string result, TimeSpan took)
    {
        metrics.ActiveWorkers.Add(-1, controller);
        metrics.Reconciles.Add(1, controller, new("result", result));
        metrics.ReconcileSeconds.Record(took.TotalSeconds, controller);
        if (result == Error)
            metrics.ReconcileErrors.Add(1, controller);
    }
}
