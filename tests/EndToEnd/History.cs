using System.Collections.Concurrent;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Cluster;

namespace EndToEnd;

/// <summary>Every state that the API showed of a server and of its pods, in order, from the first look on.</summary>
internal sealed class History : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<CyrusServer> servers = new();
    private readonly ConcurrentQueue<V1Pod> pods = new();
    private readonly Task watching;

    private History(MailServer server) => watching = Task.WhenAll(
        FollowAsync(server, CyrusResources.Servers, servers), FollowAsync(server, Resources.Pods, pods));

    /// <summary>Starts to look.</summary>
    public static History Of(MailServer server) => new(server);

    /// <summary>The states of the server.</summary>
    public IReadOnlyList<CyrusServer> Servers => [.. servers];

    /// <summary>The states of all pods.</summary>
    public IReadOnlyList<V1Pod> Pods => [.. pods];

    /// <summary>The digests that a pod was ever asked for.</summary>
    public IReadOnlySet<string> AskedOf(string pod) => Pods.Where(one => one.Metadata.Name == pod)
        .Select(static one => one.Metadata.Annotations?.TryGetValue(AnnotationKeys.Digest, out var digest) == true ? digest : null)
        .OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Most pods of which at one time one was missing, on its way out, or not ready.</summary>
    public int MostAwayAtOnce(int replicas)
    {
        var ready = new Dictionary<string, bool>(StringComparer.Ordinal);
        var most = 0;
        foreach (var pod in Pods)
        {
            ready[pod.Metadata.Name!] = pod.Metadata.DeletionTimestamp is null && Conditions.IsTrue(pod.Status?.Conditions, "Ready");
            if (ready.Count == replicas)
                most = Math.Max(most, ready.Values.Count(static one => !one));
        }
        return most;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    private async Task FollowAsync<T>(MailServer server, Resource<T> resource, ConcurrentQueue<T> seen)
        where T : class, IKubernetesObject
    {
        try
        {
            await foreach (var change in server.Client.WatchAsync(resource, server.Namespace, new WatchOptions(), stop.Token))
            {
                if (change.Object is { } state)
                    seen.Enqueue(state);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test has seen enough.
        }
    }
}
