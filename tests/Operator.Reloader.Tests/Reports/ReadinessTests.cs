using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reports;

public sealed class ReadinessTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly TemporaryDirectory run = new();
    private readonly ManualTimeProvider time = new();
    private readonly Readiness readiness;

    public ReadinessTests() => readiness = new Readiness(new ReloaderOptions { Run = run.Path }, time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => run.Dispose();

    [Fact]
    public async Task It_follows_the_first_listener_of_the_active_generation()
    {
        using var first = Listen(out var port);
        using var second = Listen(out var other);
        Activate("a", new Listener("imap", MailProtocol.Imap, port, TlsMode.None), new Listener("pop3", MailProtocol.Pop3, FreePort.Next(), TlsMode.None));
        (await readiness.FindObstacleAsync()).ShouldBeNull();

        first.Dispose();
        (await readiness.FindObstacleAsync()).ShouldBe($"Service imap on port {port} takes no connection: Connection refused.");

        Activate("b", new Listener("imap", MailProtocol.Imap, other, TlsMode.None));
        (await readiness.FindObstacleAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_unix_socket_is_looked_at_as_well()
    {
        var path = run["lmtp"];
        Activate("a", new Listener("lmtp", MailProtocol.Lmtp, 0, TlsMode.None) { Path = path });
        (await readiness.FindObstacleAsync()).ShouldNotBeNull();

        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();

        (await readiness.FindObstacleAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_waited_for_longer_than_two_seconds_and_asked_once_by_all()
    {
        using var full = Listen(out var port, backlog: 0);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port, Stop); // takes the only place
        Activate("a", new Listener("imap", MailProtocol.Imap, port, TlsMode.None));

        var one = readiness.FindObstacleAsync();
        readiness.FindObstacleAsync().ShouldBeSameAs(one);
        await time.WaitForTimerAsync(Limit, Limit, Stop);
        time.Advance(Limit);

        (await one).ShouldBe($"Service imap on port {port} takes no connection: not within 2 s.");
    }

    [Fact]
    public async Task Without_an_active_generation_or_a_listener_it_is_not_ready()
    {
        (await readiness.FindObstacleAsync()).ShouldBe("No generation with a listener is active.");
        Activate("a");
        (await readiness.FindObstacleAsync()).ShouldBe("No generation with a listener is active.");
        run.Write("config/a/listeners.json", "{");
        (await readiness.FindObstacleAsync()).ShouldBe("The active generation cannot be read.");
    }

    private static Socket Listen(out int port, int backlog = 10)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        port = FreePort.Next();
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen(backlog);
        return socket;
    }

    private void Activate(string name, params Listener[] listeners)
    {
        run.Write($"config/{name}/listeners.json", JsonSerializer.Serialize(listeners, ContractJson.Default.IReadOnlyListListener));
        File.Delete(run["config/current"]);
        File.CreateSymbolicLink(run["config/current"], name);
    }
}
