using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;
using Operator.Reloader.Testing;

namespace OperatorBench;

/// <summary>
/// Plays what a bare API server lacks, for servers with one pod: the StatefulSet controller, kubelet and the sidecars. Each pod has an address of its
/// own out of 127.0.0.0/8, all of which one socket listens on.
/// </summary>
internal sealed class PodFarm : IAsyncDisposable
{
    private const string Manager = "played-controller";
    private const string RevisionLabel = "controller-revision-hash";
    private const int FirstAddress = 0x7F010001; // 127.1.0.1
    private const int Backlog = 4096;
    private const int Parallel = 16;

    private readonly KubernetesClient client;
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim places = new(Parallel);
    private readonly ConcurrentDictionary<IPAddress, ScriptedPod> pods = new();
    private readonly ConcurrentDictionary<ObjectKey, bool> made = new();
    private readonly PodPlayers players;
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task running;
    private int addresses;

    private PodFarm(KubernetesClient client)
    {
        this.client = client;
        players = new PodPlayers(client, stop.Token);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Any, PodPaths.ReportPort));
        listener.Listen(Backlog);
        running = Task.WhenAll(AcceptAsync(), players.FollowAsync(null), FollowStatefulSetsAsync());
    }

    /// <summary>Starts to play.</summary>
    public static PodFarm Start(KubernetesClient client) => new(client);

    /// <summary>Fails when a part of it has; otherwise never ends before <see cref="DisposeAsync"/>.</summary>
    public Task Running => running;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        listener.Dispose();
        places.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(stop.Token);
                if (pods.TryGetValue(((IPEndPoint)socket.LocalEndPoint!).Address, out var pod))
                    _ = pod.ServeAsync(socket, stop.Token);
                else
                    socket.Dispose();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It is over.
        }
    }

    private async Task FollowStatefulSetsAsync()
    {
        var failed = new TaskCompletionSource();
        var options = new InformerOptions { LabelSelector = AnnotationKeys.ServerLabel };
        var informer = new Informer<V1StatefulSet>(
            client, Resources.StatefulSets, options, TimeProvider.System, NullLogger<Informer<V1StatefulSet>>.Instance);
        informer.OnChange(change =>
        {
            if (change.Type != InformerEventType.Deleted && made.TryAdd(change.Key, true))
                _ = MakeAsync(change.Object, failed);
        });
        await await Task.WhenAny(informer.RunAsync(stop.Token), failed.Task);
    }

    /// <summary>The pod, and the StatefulSet's status that it is there.</summary>
    private async Task MakeAsync(V1StatefulSet set, TaskCompletionSource failed)
    {
        try
        {
            await places.WaitAsync(stop.Token);
            try
            {
                var address = new IPAddress(IPAddress.HostToNetworkOrder(FirstAddress + Interlocked.Increment(ref addresses)) & 0xFFFFFFFFL);
                var pod = pods[address] = new ScriptedPod(address.ToString());
                players.Add(set.Metadata.Labels![AnnotationKeys.ServerLabel], pod);
                await client.CreateAsync(Resources.Pods, PodOf(set), stop.Token);
                await client.MergePatchAsync(Resources.StatefulSets.Status(), ObjectKey.Of(set), StatusOf(set), Manager, stop.Token);
            }
            finally
            {
                places.Release();
            }
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            failed.TrySetException(error);
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private static string RevisionOf(V1StatefulSet set) => $"{set.Metadata.Name}-1";

    private static V1Pod PodOf(V1StatefulSet set)
    {
        var template = set.Spec!.Template!;
        var name = set.Metadata.Name + "-0";
        var claims = (set.Spec.VolumeClaimTemplates ?? []).Select(static claim => claim.GetProperty("metadata").GetProperty("name").GetString()!);
        return new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                Namespace = set.Metadata.Namespace,
                Labels = new Dictionary<string, string>(template.Metadata!.Labels!) { [RevisionLabel] = RevisionOf(set) },
                Annotations = template.Metadata.Annotations,
            },
            Spec = template.Spec! with
            {
                Volumes = [.. template.Spec.Volumes ?? [], .. claims.Select(claim => new V1Volume
                {
                    Name = claim,
                    PersistentVolumeClaim = new V1PersistentVolumeClaimVolumeSource { ClaimName = $"{claim}-{name}" },
                })],
            },
        };
    }

    private static JsonObject StatusOf(V1StatefulSet set) => JsonNode.Parse(string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"status":{"observedGeneration":{{set.Metadata.Generation}},"replicas":1,"readyReplicas":1,"currentReplicas":1,"updatedReplicas":1,
         "currentRevision":"{{RevisionOf(set)}}","updateRevision":"{{RevisionOf(set)}}"} }
        """))!.AsObject();
}
