using System.Net.Sockets;
using Operator.Entities.Contract;

namespace Operator.Reloader.Proof;

/// <summary>Connects to where a listener is.</summary>
internal static class ListenerSocket
{
    /// <summary>Makes one connection.</summary>
    /// <param name="host">Where the server is; of no meaning to a listener on a unix socket.</param>
    /// <param name="listener">The listener.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="SocketException">There is no connection to be had.</exception>
    public static async Task<Socket> ConnectAsync(string host, Listener listener, CancellationToken stop)
    {
        var socket = listener.Path is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (listener.Path is { } path)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            else
                await socket.ConnectAsync(host, listener.Port, stop);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
