using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Operator.Kubernetes.Client;

namespace Operator.Reloader.Testing;

/// <summary>
/// Plays the pods of a namespace that no node takes (<see cref="ScriptedPod"/>), each at an address of its own out of 198.18.240.0/24, which this machine
/// has for as long.
/// </summary>
internal sealed class ScriptedPods : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> addresses = [];
    private readonly ConcurrentBag<Task> listening = [];
    private readonly PodPlayers players;
    private readonly Task watching;

    private ScriptedPods(KubernetesClient client, string space)
    {
        players = new PodPlayers(client, stop.Token);
        watching = players.FollowAsync(space);
    }

    /// <summary>Starts to play.</summary>
    public static ScriptedPods Start(KubernetesClient client, string space) => new(client, space);

    /// <summary>Plays the pod of this server, too.</summary>
    public async Task AddAsync(string server)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"198.18.240.{addresses.Count + 1}");
        await IpAsync("address", "replace", address + "/32", "dev", "lo");
        addresses.Add(address);
        var pod = new ScriptedPod(address);
        listening.Add(pod.ListenAsync(stop.Token));
        players.Add(server, pod);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        await Task.WhenAll(listening);
        foreach (var address in addresses)
            await IpAsync("address", "delete", address + "/32", "dev", "lo");
        stop.Dispose();
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
