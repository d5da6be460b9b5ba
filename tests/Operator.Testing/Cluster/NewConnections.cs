using System.Collections.Concurrent;
using System.Net;
using Operator.Testing.Mail;

namespace Operator.Testing.Cluster;

/// <summary>One new connection: when it was begun, and the certificate it was shown or the error it met.</summary>
public sealed record Attempt(long Begun, int Port, string? LeafSha256, string? Error);

/// <summary>Opens new connections to every listener in a loop, for as long as the test wants.</summary>
public sealed class NewConnections : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<Attempt> attempts = new();
    private readonly Task[] loops;

    private NewConnections(IPAddress pod) =>
        loops =
        [
            Task.Run(() => LoopAsync(new IPEndPoint(pod, MailServer.Imap), ImapAsync)),
            Task.Run(() => LoopAsync(new IPEndPoint(pod, MailServer.Imaps), ImapsAsync)),
            Task.Run(() => LoopAsync(new IPEndPoint(pod, MailServer.Pop3), Pop3Async)),
        ];

    public static async Task<NewConnections> StartAsync(MailServer server, CancellationToken cancellationToken) =>
        new((await server.AddressAsync(MailServer.Imap, cancellationToken)).Address);

    /// <summary>The clock that <see cref="Attempt.Begun"/> is read from.</summary>
    public static long Now() => TimeProvider.System.GetTimestamp();

    /// <summary>The attempts that have ended so far.</summary>
    public IReadOnlyCollection<Attempt> Attempts => attempts;

    /// <summary>Waits until so many more attempts have ended.</summary>
    public async Task MoreAsync(int count, CancellationToken cancellationToken)
    {
        var goal = attempts.Count + count;
        while (attempts.Count < goal)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
    }

    /// <summary>Ends the loops and returns every attempt.</summary>
    public async Task<IReadOnlyList<Attempt>> StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        return [.. attempts];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private async Task LoopAsync(IPEndPoint server, Func<IPEndPoint, CancellationToken, Task<string>> connect)
    {
        while (!stop.IsCancellationRequested)
        {
            var begun = Now();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                attempts.Enqueue(new(begun, server.Port, await connect(server, limit.Token), null));
            }
            catch (Exception error)
            {
                attempts.Enqueue(new(begun, server.Port, null, error.Message));
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private static async Task<string> ImapAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        await using var session = await ImapSession.OpenAsync(server, implicitTls: false, cancellationToken);
        await session.LogoutAsync(cancellationToken);
        return session.LeafSha256;
    }

    private static async Task<string> ImapsAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        await using var session = await ImapSession.OpenAsync(server, implicitTls: true, cancellationToken);
        await session.LogoutAsync(cancellationToken);
        return session.LeafSha256;
    }

    private static async Task<string> Pop3Async(IPEndPoint server, CancellationToken cancellationToken)
    {
        await using var session = await Pop3Session.OpenAsync(server, cancellationToken);
        await session.CommandAsync("QUIT", cancellationToken);
        return session.LeafSha256;
    }
}
