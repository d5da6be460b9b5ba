namespace Operator.Kubernetes.Client;

/// <summary>Ends one call in time, and tells that from the caller's own cancellation.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly string what;
    private readonly CancellationToken caller;
    private readonly CancellationTokenSource timer;
    private readonly CancellationTokenSource either;

    public Deadline(string what, TimeSpan limit, TimeProvider time, CancellationToken caller)
    {
        this.what = what;
        this.caller = caller;
        timer = new CancellationTokenSource(limit, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, caller);
    }

    /// <summary>Starts the time anew.</summary>
    public void Extend(TimeSpan limit) => timer.CancelAfter(limit);

    /// <summary>Runs a part of the call.</summary>
    /// <exception cref="TimeoutException">The time is up.</exception>
    public async Task<TResult> RunAsync<TResult>(Func<CancellationToken, Task<TResult>> part)
    {
        try
        {
            return await part(either.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !caller.IsCancellationRequested)
        {
            throw new TimeoutException($"{what}: no answer in time.");
        }
    }

    public void Dispose()
    {
        either.Dispose();
        timer.Dispose();
    }
}
