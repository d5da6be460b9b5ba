using System.Collections.Concurrent;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>Reads each object afresh, through the faults, and notes what it saw and whether it was called twice at once.</summary>
internal sealed class WatchfulReconciler(IKubernetesClient client) : IReconciler, IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<ObjectKey, bool> running = [];
    private readonly ConcurrentDictionary<ObjectKey, string?> seen = [];
    private readonly SemaphoreSlim worked = new(0);
    private int overlaps;
    private int calls;

    /// <summary>Calls for a key that was being worked on.</summary>
    public int Overlaps => Volatile.Read(ref overlaps);

    /// <summary>All calls.</summary>
    public int Calls => Volatile.Read(ref calls);

    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        if (!running.TryAdd(key, true))
            Interlocked.Increment(ref overlaps);
        try
        {
            var map = await client.GetAsync(Resources.ConfigMaps, key, cancellationToken);
            seen[key] = map?.Metadata.ResourceVersion;
        }
        finally
        {
            running.TryRemove(key, out _);
        }
        worked.Release();
        return ReconcileResult.Done;
    }

    /// <summary>Waits until the last look at each object was at its last state.</summary>
    public async Task CatchUpAsync(IKubernetesClient direct, string space, CancellationToken cancellationToken)
    {
        var list = await direct.ListAsync(Resources.ConfigMaps, space, new ListOptions(), cancellationToken);
        var wanted = list.Items.ToDictionary(item => ObjectKey.Of(item), item => item.Metadata.ResourceVersion);
        while (Missed(wanted) is { Count: > 0 } missed)
        {
            if (!await worked.WaitAsync(s_patience, cancellationToken))
                throw new TimeoutException($"not reconciled in their last state: {string.Join(", ", missed)}");
        }
    }

    public void Dispose() => worked.Dispose();

    private List<ObjectKey> Missed(Dictionary<ObjectKey, string?> wanted) =>
        [.. wanted.Keys.Union(seen.Keys).Where(key => seen.GetValueOrDefault(key, "never") != wanted.GetValueOrDefault(key))];
}
