namespace Operator.Kubernetes.Leadership;

/// <summary>One time of leading: from taking the Lease to losing or releasing it.</summary>
public sealed class LeadershipTerm : IDisposable
{
    private readonly CancellationTokenSource lost;
    private readonly CancellationTokenSource stopping;

    internal LeadershipTerm(int number, TimeProvider time, CancellationToken stop)
    {
        Number = number;
        lost = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, lost.Token);
        (Stopping, Lost) = (stopping.Token, lost.Token); // may be looked at after the term
    }

    /// <summary>
    /// The Lease's <c>leaseTransitions</c>: greater than that of every term before, so it can be a fencing token. Whoever writes to where
    /// nothing else orders the writers stores it with the write and refuses a lower one. Starts anew when the Lease is deleted.
    /// </summary>
    public int Number { get; }

    /// <summary>Begin nothing more, finish what is begun, and return. The Lease is still ours and renewed meanwhile.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Drop everything at once: the Lease is about to run out, or is somebody else's.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Why it was lost; null while it was not.</summary>
    internal string? LostBecause { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Dispose();
        lost.Dispose();
    }

    /// <summary>Renewed: it is ours for so much longer. The clock alone ends it then, whatever else hangs.</summary>
    internal void Extend(TimeSpan left)
    {
        if (left > TimeSpan.Zero)
            lost.CancelAfter(left);
        else
            lost.Cancel();
    }

    /// <summary>It is somebody else's already.</summary>
    internal void Lose(string reason)
    {
        LostBecause = reason;
        lost.Cancel();
    }
}
