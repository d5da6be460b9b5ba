using System.Net;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Informers;

/// <summary>Where the next watch starts, and when only a full list will do. No I/O and no clock.</summary>
internal sealed class WatchCursor
{
    /// <summary>So many watches in a row that told nothing force a list, even without a 410 (fabric8 #7896, k8s #137089).</summary>
    public const int FruitlessWatches = 5;

    private int fruitless;

    /// <summary>The newest version that is known of; null when a list is needed.</summary>
    public string? ResourceVersion { get; private set; }

    /// <summary>The next step is a list.</summary>
    public bool MustList => ResourceVersion is null;

    /// <summary>A list was taken over.</summary>
    public void Listed(string? resourceVersion)
    {
        ResourceVersion = string.IsNullOrEmpty(resourceVersion) ? null : resourceVersion;
        fruitless = 0;
    }

    /// <summary>An event or a bookmark was seen. All of them count: starting at an older version would replay them.</summary>
    public void Advance(string resourceVersion)
    {
        ResourceVersion = resourceVersion;
        fruitless = 0;
    }

    /// <summary>A watch ended by itself.</summary>
    /// <param name="fruitful">It lived for a while or told something.</param>
    public void Ended(bool fruitful)
    {
        if (fruitful)
            fruitless = 0;
        else
            CountFruitless();
    }

    /// <summary>A list or watch failed.</summary>
    public void Fail(Exception error)
    {
        if (error is ApiException { IsGone: true })
            ResourceVersion = null; // only a full list can tell what was missed
        else if (error is not (HttpRequestException or ApiException { StatusCode: HttpStatusCode.TooManyRequests }))
            CountFruitless(); // a server that is away or busy says nothing about the version
    }

    private void CountFruitless()
    {
        fruitless++;
        if (fruitless < FruitlessWatches)
            return;
        ResourceVersion = null;
        fruitless = 0;
    }
}
