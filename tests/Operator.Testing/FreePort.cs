using System.Net;
using System.Net.Sockets;

namespace Operator.Testing;

/// <summary>
/// Ports for servers on the loopback address. Below the range that the kernel takes the ports of outgoing connections from (ip_local_port_range):
/// otherwise a client could be given the port of a server that is down, and even connect to itself.
/// </summary>
public static class FreePort
{
    private const int First = 10_000;
    private const int Count = 20_000;

    private static int s_last = Random.Shared.Next(Count);

    /// <summary>
    /// A port that nobody has. Each is given once only: a server opens its port some time after it was given, and another would take it meanwhile.
    /// </summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (Interlocked.Increment(ref s_last) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken; another one.
            }
        }
    }
}
