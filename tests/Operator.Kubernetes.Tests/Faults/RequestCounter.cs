using System.Collections.Concurrent;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>Between a client and the network: counts what is asked, by path.</summary>
internal sealed class RequestCounter(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ConcurrentDictionary<string, int> byPath = [];
    private readonly SemaphoreSlim watches = new(0);

    /// <summary>All requests, whatever came of them.</summary>
    public int All => byPath.Values.Sum();

    /// <summary>Requests for this very path.</summary>
    public int Of(string path) => byPath.GetValueOrDefault(path);

    /// <summary>Waits for the answer to one more watch.</summary>
    public Task WaitForWatchAsync(CancellationToken cancellationToken) => watches.WaitAsync(cancellationToken);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byPath.AddOrUpdate(request.RequestUri!.AbsolutePath, 1, static (_, count) => count + 1);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode && request.RequestUri.Query.Contains("watch=true", StringComparison.Ordinal))
            watches.Release();
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        watches.Dispose();
    }
}
