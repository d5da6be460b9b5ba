using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;

namespace Operator.Reloader.Testing;

/// <summary>Tells each <see cref="ScriptedPod"/> what the API has for it, whenever that changes.</summary>
/// <param name="client">The API.</param>
/// <param name="stop">The test or bench is over.</param>
internal sealed class PodPlayers(KubernetesClient client, CancellationToken stop)
{
    private readonly ConcurrentDictionary<string, Player> players = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<Task, bool> turns = new();

    private sealed class Player
    {
        public ScriptedPod? Script { get; set; }

        public SemaphoreSlim Turn { get; } = new(1);

        public V1Pod? Pod { get; set; }

        public V1Secret? Bundle { get; set; }

        public bool IsRunning { get; set; }
    }

    /// <summary>Plays the pod of a server, whose name no server of another followed namespace has.</summary>
    public void Add(string server, ScriptedPod pod)
    {
        var player = Find(server);
        player.Script = pod;
        Play(player);
    }

    /// <summary>Follows the pods and bundles of a namespace, or of all, until the end.</summary>
    public async Task FollowAsync(string? space)
    {
        await Task.WhenAll(
            FollowAsync(Resources.Pods, space, static (player, pod) => player.Pod = pod),
            FollowAsync(Resources.Secrets, space, static (player, secret) => player.Bundle = secret));
        await Task.WhenAll(turns.Keys);
    }

    private async Task FollowAsync<T>(Resource<T> resource, string? space, Action<Player, T> note)
        where T : class, IKubernetesObject
    {
        var options = new InformerOptions { Namespaces = space is null ? [] : [space], LabelSelector = AnnotationKeys.ServerLabel };
        var informer = new Informer<T>(client, resource, options, TimeProvider.System, NullLogger<Informer<T>>.Instance);
        informer.OnChange(change =>
        {
            if (change.Type == InformerEventType.Deleted)
                return;
            var player = Find(change.Object.Metadata.Labels![AnnotationKeys.ServerLabel]);
            note(player, change.Object);
            Play(player);
        });
        await informer.RunAsync(stop);
    }

    /// <summary>What is there for a server is kept also while nobody plays it.</summary>
    private Player Find(string server) => players.GetOrAdd(server, static _ => new Player());

    private void Play(Player player)
    {
        var turn = PlayAsync(player);
        turns[turn] = true;
        // One that failed is kept, and fails the whole at the end.
        _ = turn.ContinueWith(done => turns.TryRemove(done, out _), stop, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private async Task PlayAsync(Player player)
    {
        try
        {
            await player.Turn.WaitAsync(stop);
            try
            {
                if (player is not { Script: { } script, Pod: { } pod, Bundle: { } bundle })
                    return;
                if (!player.IsRunning)
                    await script.RunAsync(client, pod, stop);
                player.IsRunning = true;
                await script.SyncAsync(bundle, pod, stop);
            }
            finally
            {
                player.Turn.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It is over.
        }
    }
}
