namespace Operator.Kubernetes.Leadership;

/// <summary>
/// The Lease could not be renewed in time, or somebody else holds it. What was going on may be half done and another process may be at it
/// already, so there is one right answer: end the process and start anew (KubeOps #677, controller-runtime #1132).
/// </summary>
public sealed class LeadershipLostException : Exception
{
    /// <summary>The Lease is lost.</summary>
    /// <param name="lease">Which.</param>
    /// <param name="reason">Why.</param>
    public LeadershipLostException(string lease, string reason)
        : base($"The lease {lease} is lost: {reason}. The process must end.")
    {
    }
}
