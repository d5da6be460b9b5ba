using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Operator.Testing.ApiServer;

/// <summary>
/// A TCP proxy in front of a server on 127.0.0.1 that does harm on command. It knows nothing of TLS, which goes through it. Safe for
/// concurrent use.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ProxiedConnection, Task> connections = [];
    private readonly CancellationTokenSource stop = new();
    private readonly ProxyTraffic traffic = new();
    private readonly TcpListener listener;
    private readonly int target;
    private readonly int seed;
    private readonly Task accepting;
    private volatile bool refuses;
    private volatile bool swallows;
    private int accepted;

    /// <summary>A proxy that works.</summary>
    /// <param name="target">The server's port on 127.0.0.1; nothing need listen there yet.</param>
    /// <param name="seed">Which bytes are corrupted.</param>
    public FaultProxy(int target, int seed = 0)
    {
        this.target = target;
        this.seed = seed;
        Port = FreePort.Next();
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Its own port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Connections that were made to it, whatever became of them.</summary>
    public int Accepted => Volatile.Read(ref accepted);

    /// <summary>Bytes passed on to clients.</summary>
    public long BytesToClients => traffic.ToClients;

    /// <summary>Bytes passed on to the server.</summary>
    public long BytesToServer => traffic.ToServer;

    /// <summary>
    /// A fault begins, and what another one did to new connections ends. <see cref="Fault.Delay"/>, <see cref="Fault.Refuse"/> and
    /// <see cref="Fault.Swallow"/> last until <see cref="Heal"/>.
    /// </summary>
    public void Begin(Fault fault)
    {
        refuses = fault == Fault.Refuse;
        swallows = fault == Fault.Swallow;
        traffic.Delay = fault == Fault.Delay ? TimeSpan.FromMilliseconds(50) : TimeSpan.Zero;
        foreach (var connection in connections.Keys)
            connection.Suffer(fault);
    }

    /// <summary>New connections work. What went silent stays silent.</summary>
    public void Heal()
    {
        refuses = swallows = false;
        traffic.Delay = TimeSpan.Zero;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        foreach (var connection in connections.Keys)
            connection.Dispose();
        await Task.WhenAll(connections.Values);
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptSocketAsync(stop.Token);
                var number = Interlocked.Increment(ref accepted);
                Serve(new ProxiedConnection(client, target, traffic, new Random(seed + number)));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Serve(ProxiedConnection connection)
    {
        var done = new TaskCompletionSource();
        connections[connection] = done.Task;
        if (refuses || swallows)
            connection.Suffer(refuses ? Fault.Refuse : Fault.Swallow);
        _ = ServeAsync();

        async Task ServeAsync()
        {
            await connection.RunAsync();
            connections.TryRemove(connection, out _);
            done.SetResult();
        }
    }
}
