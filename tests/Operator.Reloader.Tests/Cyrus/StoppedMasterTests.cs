using System.Net.Sockets;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>A master that is told to end does so, whoever still knocks (images/cyrus/preload/ending.c).</summary>
[Trait("needs", "cyrus")]
public sealed class StoppedMasterTests
{
    private const int Clients = 40;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Master_ends_although_clients_wait_that_nobody_will_answer()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = 1 });
        await cyrus.StopEngineAsync();
        var clients = new List<Socket>();
        try
        {
            // More than its workers can have accepted by then: the listener stays readable.
            for (var number = 0; number < Clients; number++)
            {
                var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                clients.Add(client);
                client.Connect(cyrus.Layout.Imap);
            }
            cyrus.TerminateMaster();

            await cyrus.UntilAsync(() => cyrus.MasterIsGone, Stop);
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }
}
