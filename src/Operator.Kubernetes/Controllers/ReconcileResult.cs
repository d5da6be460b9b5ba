namespace Operator.Kubernetes.Controllers;

/// <summary>What comes after a reconciliation that did not fail.</summary>
/// <param name="RequeueAfter">Come again after this time, even if nothing changes; null: only on a change.</param>
public readonly record struct ReconcileResult(TimeSpan? RequeueAfter)
{
    /// <summary>Nothing more to do until something changes.</summary>
    public static ReconcileResult Done => default;

    /// <summary>Come again.</summary>
    /// <param name="delay">Above zero: a loop that does not wait is a bug.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is not above zero.</exception>
    public static ReconcileResult After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(delay, TimeSpan.Zero);
        return new ReconcileResult(delay);
    }
}
