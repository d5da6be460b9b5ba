using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Reloader.Testing;

/// <summary>
/// Plays the pods of a namespace that no node takes (<see cref="ScriptedPod"/>), each at an address of its own out of 198.18.240.0/24, which this machine
/// has for as long.
/// </summary>
internal sealed class ScriptedPods : IAsyncDisposable
{
    private readonly KubernetesClient client;
    private readonly string space;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<string, Player> players = new(StringComparer.Ordinal);
    private Task watching = Task.CompletedTask;
    private readonly List<string> addresses = [];

    private sealed class Player(ScriptedPod script)
    {
        public ScriptedPod Script => script;

        public SemaphoreSlim Turn { get; } = new(1);

        public V1Pod? Pod { get; set; }

        public V1Secret? Bundle { get; set; }

        public bool IsRunning { get; set; }
    }

    private ScriptedPods(KubernetesClient client, string space) => (this.client, this.space) = (client, space);

    /// <summary>Starts to play.</summary>
    public static ScriptedPods Start(KubernetesClient client, string space)
    {
        var pods = new ScriptedPods(client, space);
        pods.watching = Task.WhenAll(
            pods.FollowAsync(Resources.Pods, static (player, pod) => player.Pod = pod),
            pods.FollowAsync(Resources.Secrets, static (player, secret) => player.Bundle = secret));
        return pods;
    }

    /// <summary>Plays the pod of this server, too.</summary>
    public async Task AddAsync(string server)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"198.18.240.{addresses.Count + 1}");
        await IpAsync("address", "replace", address + "/32", "dev", "lo");
        addresses.Add(address);
        players[server] = new Player(new ScriptedPod(address));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        foreach (var player in players.Values)
            await player.Script.DisposeAsync();
        foreach (var address in addresses)
            await IpAsync("address", "delete", address + "/32", "dev", "lo");
        stop.Dispose();
    }

    private async Task FollowAsync<T>(Resource<T> resource, Action<Player, T> note)
        where T : class, IKubernetesObject
    {
        var turns = new ConcurrentBag<Task>();
        try
        {
            var options = new WatchOptions { LabelSelector = AnnotationKeys.ServerLabel };
            await foreach (var change in client.WatchAsync(resource, space, options, stop.Token))
            {
                if (change.Object is not { } found || !players.TryGetValue(found.Metadata.Labels![AnnotationKeys.ServerLabel], out var player))
                    continue;
                note(player, found);
                turns.Add(PlayAsync(player));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test is over.
        }
        await Task.WhenAll(turns);
    }

    private async Task PlayAsync(Player player)
    {
        try
        {
            await player.Turn.WaitAsync(stop.Token);
            try
            {
                if (player is not { Pod: { } pod, Bundle: { } bundle })
                    return;
                if (!player.IsRunning)
                    await player.Script.RunAsync(client, pod, stop.Token);
                player.IsRunning = true;
                await player.Script.SyncAsync(bundle, pod, stop.Token);
            }
            finally
            {
                player.Turn.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private static async Task IpAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error}");
    }
}
