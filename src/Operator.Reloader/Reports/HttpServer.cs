using System.Net;
using System.Net.Sockets;

namespace Operator.Reloader.Reports;

/// <summary>One connection, with one request.</summary>
internal sealed class HttpConnection(HttpRequest request, Action keep)
{
    /// <summary>What was asked.</summary>
    public HttpRequest Request => request;

    /// <summary>Called when the client is known: from now on the connection is not closed in favour of others.</summary>
    public void Keep() => keep();
}

/// <summary>
/// A small server for one short request on each connection. .NET's HttpListener gives a client 90 s and 32 KB for its header and takes any number of them;
/// here, in a mail pod, all three have bounds that no stranger can use up: with too many strangers the oldest goes.
/// </summary>
/// <param name="answer">Answers a request.</param>
/// <param name="time">The clock.</param>
internal sealed class HttpServer(Func<HttpConnection, CancellationToken, Task<HttpAnswer>> answer, TimeProvider time)
{
    /// <summary>Connections of strangers at a time.</summary>
    public const int MostStrangers = 32;

    private const int LongestHead = 8192;
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly LinkedList<Socket> _strangers = [];

    /// <summary>Listens until <paramref name="stop"/>.</summary>
    /// <param name="host">An address, or <c>*</c> for all.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="stop">Ends it, and every connection.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public async Task RunAsync(string host, int port, CancellationToken stop)
    {
        using var listener = Listen(host, port);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptAsync(stop), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException)
            {
                // The client was gone before it was accepted, or there is no descriptor for it at the moment.
                await Task.Delay(TimeSpan.FromMilliseconds(10), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static Socket Listen(string host, int port)
    {
        var all = Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        var address = host == "*" ? all : IPAddress.Parse(host);
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
                listener.DualMode = true;
            listener.Bind(new IPEndPoint(address, port));
            listener.Listen();
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Serves one connection that was accepted, and closes it.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="stop">Ends it.</param>
    public async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        var place = Enter(socket);
        try
        {
            var reply = await ReadHeadAsync(socket, stop) switch
            {
                { Length: LongestHead } => HttpAnswer.Text(431, "The request is too long."),
                { } head when HttpRequest.Parse(head) is { } request => await answer(new HttpConnection(request, () => Leave(place)), stop),
                { } => HttpAnswer.Text(400, "That is no request of HTTP/1.1."),
                null => null,
            };
            if (reply is not null)
                await WriteAsync(socket, reply, stop);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone, too slow or one too many, or we are going: nobody is left to tell.
        }
        finally
        {
            Leave(place);
            socket.Dispose();
        }
    }

    private LinkedListNode<Socket> Enter(Socket socket)
    {
        lock (_gate)
        {
            if (_strangers.Count == MostStrangers)
            {
                _strangers.First!.Value.Dispose();
                _strangers.RemoveFirst();
            }
            return _strangers.AddLast(socket);
        }
    }

    private void Leave(LinkedListNode<Socket> place)
    {
        lock (_gate)
        {
            if (place.List is not null)
                _strangers.Remove(place);
        }
    }

    /// <summary>The bytes before the empty line; <see cref="LongestHead"/> bytes when it does not come; null when the client closes before.</summary>
    private async Task<byte[]?> ReadHeadAsync(Socket socket, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(HeadLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        var buffer = new byte[LongestHead];
        var length = 0;
        while (length < buffer.Length)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(length), both.Token);
            if (got == 0)
                return null;
            length += got;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                return buffer[..end];
        }
        return buffer;
    }

    private async Task WriteAsync(Socket socket, HttpAnswer reply, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(WriteLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        byte[] all = [.. reply.Head(), .. reply.Body];
        for (var sent = 0; sent < all.Length;)
            sent += await socket.SendAsync(all.AsMemory(sent), both.Token);
        socket.Shutdown(SocketShutdown.Send);
    }
}
