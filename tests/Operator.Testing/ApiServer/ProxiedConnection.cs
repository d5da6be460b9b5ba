using System.Net;
using System.Net.Sockets;

namespace Operator.Testing.ApiServer;

/// <summary>What all connections of a proxy have in common.</summary>
internal sealed class ProxyTraffic
{
    private long toClients;
    private long toServer;
    private long delay; // ticks

    public long ToClients => Interlocked.Read(ref toClients);

    public long ToServer => Interlocked.Read(ref toServer);

    /// <summary>How late everything is.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref delay));
        set => Interlocked.Exchange(ref delay, value.Ticks);
    }

    public void Count(int bytes, bool down) => Interlocked.Add(ref down ? ref toClients : ref toServer, bytes);
}

/// <summary>One connection through a proxy, with what is wrong with it.</summary>
internal sealed class ProxiedConnection(Socket client, int target, ProxyTraffic traffic, Random random) : IDisposable
{
    private readonly Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private volatile bool silent;
    private volatile bool closedDown;
    private volatile bool corrupt;

    /// <summary>Passes on until both ends are closed, or one breaks. Does not throw.</summary>
    public async Task RunAsync()
    {
        try
        {
            client.NoDelay = true;
            await server.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAll(PumpAsync(client, server, down: false), PumpAsync(server, client, down: true));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // One of the ends, or a fault, has broken it.
        }
        Dispose();
    }

    /// <summary>The fault happens to this connection.</summary>
    public void Suffer(Fault fault)
    {
        switch (fault)
        {
            case Fault.Cut or Fault.Refuse:
                Dispose();
                break;
            case Fault.HalfClose:
                CloseDown();
                break;
            case Fault.Freeze or Fault.Swallow:
                silent = true;
                break;
            case Fault.Corrupt:
                corrupt = true;
                break;
        }
    }

    /// <summary>Both ends get a reset, unless all has been closed in order.</summary>
    public void Dispose()
    {
        client.Close(0);
        server.Close(0);
    }

    private void CloseDown()
    {
        closedDown = true;
        try
        {
            client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Broken already.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool down)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0)
                await PassAsync(buffer.AsMemory(0, count), to, down);
            if (silent)
                EndSilently(down);
            else if (!(down && closedDown))
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            if (silent)
                EndSilently(down);
            else
                Dispose();
        }
    }

    /// <summary>The client must not see that the server is gone; once it gives up itself, it is over.</summary>
    private void EndSilently(bool down)
    {
        if (!down)
            Dispose();
    }

    private async Task PassAsync(Memory<byte> bytes, Socket to, bool down)
    {
        if (traffic.Delay is { Ticks: > 0 } delay)
            await Task.Delay(delay, TimeProvider.System, CancellationToken.None);
        if (silent || (down && closedDown))
            return; // read and dropped, so that it is noticed when the other end gives up
        if (down && corrupt)
        {
            corrupt = false;
            bytes.Span[random.Next(bytes.Length)] ^= 0x55;
        }
        traffic.Count(bytes.Length, down);
        while (!bytes.IsEmpty)
            bytes = bytes[await to.SendAsync(bytes)..];
    }
}
