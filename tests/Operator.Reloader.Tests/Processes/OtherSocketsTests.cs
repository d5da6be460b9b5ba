using System.Net;
using System.Net.Sockets;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Tests.Processes;

public sealed class OtherSocketsTests
{
    [Fact]
    public void Only_sockets_that_are_no_tcp_need_not_be_looked_up_again()
    {
        var proc = new ProcFs("/proc");
        using var unix = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        using var accepted = listener.AcceptSocket();
        var others = new OtherSockets();

        others.Learn(proc, [new Worker(Environment.ProcessId, 0, "imap", 0, WorkerState.Idle)]);

        List<long> sockets = [InodeOf(proc, unix), InodeOf(proc, accepted)];
        others.RemoveFrom(sockets);
        sockets.ShouldBe([InodeOf(proc, accepted)]);
        others.Read(proc, [.. sockets]).Contains(sockets[0]).ShouldBeTrue();

        others.Clear();
        sockets.Add(InodeOf(proc, unix));
        others.RemoveFrom(sockets);
        sockets.Count.ShouldBe(2);
    }

    private static long InodeOf(ProcFs proc, Socket socket) => proc.SocketOn(Environment.ProcessId, (int)socket.Handle);
}
