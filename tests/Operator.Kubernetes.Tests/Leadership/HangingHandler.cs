namespace Operator.Kubernetes.Tests.Leadership;

/// <summary>A network that may swallow requests.</summary>
internal sealed class HangingHandler(HttpMessageHandler next) : DelegatingHandler(next)
{
    private readonly SemaphoreSlim swallowed = new(0);
    private int pending;

    public bool Hangs { get; set; }

    public int Pending => Volatile.Read(ref pending);

    public Task Swallowed(CancellationToken cancellationToken) => swallowed.WaitAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        swallowed.Dispose();
        base.Dispose(disposing);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!Hangs)
            return await base.SendAsync(request, cancellationToken);
        Interlocked.Increment(ref pending);
        swallowed.Release();
        try
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            throw new InvalidOperationException("Nothing ever ends it but the cancellation.");
        }
        finally
        {
            Interlocked.Decrement(ref pending);
        }
    }
}
