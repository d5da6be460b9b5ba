using System.Net.Sockets;
using Operator.Entities.Contract;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;
using Operator.Reloader.Proof;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Reports;

/// <summary>
/// Whether the first listener of the active generation takes connections: kubelet's question, asked here, where a changed port is known without a new
/// pod. Each answer is from a connection that was under way when it was asked for; those who ask meanwhile share it, so that no stranger can flood
/// the server through us.
/// </summary>
internal sealed class Readiness(ReloaderOptions options, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<string?> _look = Task.FromResult<string?>(null);

    /// <summary>What is in the way, in words; null when the server takes connections.</summary>
    public Task<string?> FindObstacleAsync()
    {
        lock (_gate)
            return _look.IsCompleted ? _look = LookAsync() : _look;
    }

    private async Task<string?> LookAsync()
    {
        Listener? first;
        try
        {
            first = GenerationFacts.ReadListeners(options.Current) is [var one, ..] ? one : null;
        }
        catch (Exception error) when (error is ReloadFailure or IOException or UnauthorizedAccessException)
        {
            return "The active generation cannot be read.";
        }
        if (first is null)
            return "No generation with a listener is active.";
        return await ConnectAsync(first) is { } problem ? $"Service {first.Service} on {first.Place} takes no connection: {problem}." : null;
    }

    private async Task<string?> ConnectAsync(Listener listener)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            using var socket = await ListenerSocket.ConnectAsync(options.ProbeHost, listener, limit.Token);
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException)
        {
            return $"not within {Limit.TotalSeconds:0} s";
        }
    }
}
