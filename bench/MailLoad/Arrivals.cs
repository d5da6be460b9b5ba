using System.Collections.Concurrent;
using System.Net;
using Operator.Testing.Mail;

namespace MailLoad;

/// <summary>New connections at a rate, one listener after the other, each as far as TLS and a good-bye. Open loop: a slow server is not spared.</summary>
public sealed class Arrivals : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly (string Name, int Port, Func<IPEndPoint, bool, CancellationToken, Task<(string Leaf, string Capabilities)>> ComeAsync)[] s_visits =
    [
        ("new imap", MailSite.Imap, static (server, asks, stop) => ImapAsync(server, false, asks, stop)),
        ("new imaps", MailSite.Imaps, static (server, asks, stop) => ImapAsync(server, true, asks, stop)),
        ("new pop3", MailSite.Pop3, Pop3Async),
        ("new sieve", MailSite.Sieve, SieveAsync),
    ];

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Task, byte> visiting = new();
    private readonly MailSite site;
    private readonly Tally tally;
    private readonly bool asks;
    private readonly Task coming;

    private Arrivals(MailSite site, double perSecond, Tally tally, bool asks)
    {
        (this.site, this.tally, this.asks) = (site, tally, asks);
        coming = Task.Run(() => ComeAsync(TimeSpan.FromSeconds(1 / perSecond)));
    }

    /// <summary>Begins.</summary>
    /// <param name="site">Where they go.</param>
    /// <param name="perSecond">How many come.</param>
    /// <param name="tally">What they saw.</param>
    /// <param name="asks">Whether those who speak IMAP also ask what the server can, which depends on its imapd.conf.</param>
    public static Arrivals Start(MailSite site, double perSecond, Tally tally, bool asks = false) => new(site, perSecond, tally, asks);

    /// <summary>Nobody comes any more; those who are there finish.</summary>
    public async Task EndAsync()
    {
        await stop.CancelAsync();
        await coming;
        await Task.WhenAll(visiting.Keys);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        stop.Dispose();
    }

    private async Task ComeAsync(TimeSpan interval)
    {
        using var clock = new PeriodicTimer(interval);
        var number = 0;
        try
        {
            while (await clock.WaitForNextTickAsync(stop.Token))
            {
                var visit = VisitAsync(number++ % s_visits.Length);
                visiting[visit] = 0;
                _ = visit.ContinueWith(gone => visiting.TryRemove(gone, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the load.
        }
    }

    private async Task VisitAsync(int which)
    {
        await Task.Yield();
        var (name, port, come) = s_visits[which];
        var begun = Tally.Now();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (leaf, capabilities) = await come(site.At(port), asks, limit.Token);
            tally.Note(new Handshake(begun, Tally.Now(), port, leaf, capabilities));
        }
        catch (Exception error)
        {
            tally.Note(Incident.Refused, name, limit.IsCancellationRequested ? $"no answer for {Limit.TotalSeconds:0} s" : error.Message, begun);
        }
    }

    private static async Task<(string Leaf, string Capabilities)> ImapAsync(IPEndPoint server, bool implicitTls, bool asks, CancellationToken stop)
    {
        await using var session = await ImapSession.OpenAsync(server, implicitTls, stop);
        var capabilities = asks ? string.Join('\n', await session.ReadAnswersAsync("CAPABILITY", stop)) : "";
        await session.LogoutAsync(stop);
        return (session.LeafSha256, capabilities);
    }

    private static async Task<(string Leaf, string Capabilities)> Pop3Async(IPEndPoint server, bool asks, CancellationToken stop)
    {
        await using var session = await Pop3Session.OpenAsync(server, stop);
        await session.CommandAsync("QUIT", stop);
        return (session.LeafSha256, "");
    }

    private static async Task<(string Leaf, string Capabilities)> SieveAsync(IPEndPoint server, bool asks, CancellationToken stop)
    {
        await using var session = await SieveSession.OpenAsync(server, stop);
        await session.CommandAsync("LOGOUT", stop);
        return (session.LeafSha256, "");
    }
}
