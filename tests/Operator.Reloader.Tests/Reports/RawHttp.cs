using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Operator.Reloader.Tests.Reports;

/// <summary>A client that keeps to no rules.</summary>
internal static class RawHttp
{
    public static async Task<Socket> ConnectAsync(int port, CancellationToken stop, IPAddress? address = null, int? receiveBuffer = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(address ?? IPAddress.Loopback, port, stop);
        return socket;
    }

    /// <summary>Sends and reads all that comes.</summary>
    public static async Task<string> AskAsync(Socket client, string request, CancellationToken stop)
    {
        await SendAsync(client, request, stop);
        return await ReadAsync(client, stop);
    }

    /// <summary>Asks on a connection of its own.</summary>
    public static async Task<string> AskAsync(int port, string request, CancellationToken stop)
    {
        using var client = await ConnectAsync(port, stop);
        return await AskAsync(client, request, stop);
    }

    public static async Task SendAsync(Socket client, string text, CancellationToken stop)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
            sent += await client.SendAsync(bytes.AsMemory(sent), stop);
    }

    /// <summary>All until the server closes, by whatever means.</summary>
    public static async Task<string> ReadAsync(Socket client, CancellationToken stop)
    {
        var all = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await client.ReceiveAsync(buffer, stop) is > 0 and var got)
                all.Append(Encoding.ASCII.GetString(buffer, 0, got));
        }
        catch (SocketException)
        {
            // Closed while there was something that the server had not read.
        }
        return all.ToString();
    }
}
