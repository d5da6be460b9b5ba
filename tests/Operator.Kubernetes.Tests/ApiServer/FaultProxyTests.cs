using System.Net;
using System.Net.Sockets;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.ApiServer;

/// <summary>The proxy does the harm that it says, on a server that sends back what it gets.</summary>
public sealed class FaultProxyTests : IAsyncLifetime
{
    private const int Limit = 30_000;
    private readonly TcpListener echo = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private FaultProxy? proxy;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private FaultProxy Proxy => proxy!;

    public ValueTask InitializeAsync()
    {
        echo.Start();
        _ = EchoAsync();
        proxy = new FaultProxy(((IPEndPoint)echo.LocalEndpoint).Port, seed: 1);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await stop.CancelAsync();
        echo.Dispose();
        stop.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task It_passes_on_and_counts()
    {
        using var client = await ConnectAsync();

        (await AskAsync(client)).ShouldBe(Question);

        Proxy.Accepted.ShouldBe(1);
        Proxy.BytesToServer.ShouldBe(Question.Length);
        Proxy.BytesToClients.ShouldBe(Question.Length);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cut_connection_is_reset_and_the_next_one_works()
    {
        using var client = await ConnectAsync();
        await AskAsync(client);

        Proxy.Begin(Fault.Cut);

        (await Should.ThrowAsync<SocketException>(() => AskAsync(client))).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        using var next = await ConnectAsync();
        (await AskAsync(next)).ShouldBe(Question);
    }

    [Fact(Timeout = Limit)]
    public async Task A_half_closed_connection_ends_for_the_client()
    {
        using var client = await ConnectAsync();
        await AskAsync(client);

        Proxy.Begin(Fault.HalfClose);

        (await AskAsync(client)).ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_frozen_connection_says_nothing_and_the_next_one_works()
    {
        using var client = await ConnectAsync();
        await AskAsync(client);

        Proxy.Begin(Fault.Freeze);
        var answer = AskAsync(client);
        using var next = await ConnectAsync();

        (await AskAsync(next)).ShouldBe(Question);
        answer.IsCompleted.ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task One_byte_is_corrupted_once()
    {
        using var client = await ConnectAsync();
        await AskAsync(client);

        Proxy.Begin(Fault.Corrupt);

        (await AskAsync(client)).Zip(Question).Count(pair => pair.First != pair.Second).ShouldBe(1);
        (await AskAsync(client)).ShouldBe(Question);
    }

    [Fact(Timeout = Limit)]
    public async Task New_connections_are_refused_until_it_heals()
    {
        Proxy.Begin(Fault.Refuse);
        await Should.ThrowAsync<SocketException>(async () =>
        {
            using var refused = await ConnectAsync(); // fails here or on the first answer, whichever is sooner
            await AskAsync(refused);
        });

        Proxy.Heal();
        using var client = await ConnectAsync();

        (await AskAsync(client)).ShouldBe(Question);
    }

    private static byte[] Question { get; } = "Are you there?"u8.ToArray();

    private static async Task<byte[]> AskAsync(Socket client)
    {
        await client.SendAsync(Question, Stop);
        var buffer = new byte[100];
        return buffer[..await client.ReceiveAsync(buffer, Stop)];
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Proxy.Port, Stop);
        return socket;
    }

    private async Task EchoAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var client = await echo.AcceptTcpClientAsync(stop.Token);
            _ = client.GetStream().CopyToAsync(client.GetStream(), stop.Token);
        }
    }
}
