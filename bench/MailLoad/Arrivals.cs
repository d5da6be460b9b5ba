using System.Collections.Concurrent;
using System.Net;
using Operator.Testing.Mail;

namespace MailLoad;

/// <summary>New connections at a rate, one listener after the other, each as far as TLS and a good-bye. Open loop: a slow server is not spared.</summary>
public sealed class Arrivals : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly (string Name, int Port, Func<IPEndPoint, CancellationToken, Task<(string Leaf, string Greeting)>> ComeAsync)[] s_visits =
    [
        ("new imap", MailSite.Imap, static (server, stop) => ImapAsync(server, false, stop)),
        ("new imaps", MailSite.Imaps, static (server, stop) => ImapAsync(server, true, stop)),
        ("new pop3", MailSite.Pop3, Pop3Async),
        ("new sieve", MailSite.Sieve, SieveAsync),
    ];

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Task, byte> visiting = new();
    private readonly MailSite site;
    private readonly Tally tally;
    private readonly Task coming;

    private Arrivals(MailSite site, double perSecond, Tally tally)
    {
        (this.site, this.tally) = (site, tally);
        coming = Task.Run(() => ComeAsync(TimeSpan.FromSeconds(1 / perSecond)));
    }

    /// <summary>Begins.</summary>
    public static Arrivals Start(MailSite site, double perSecond, Tally tally) => new(site, perSecond, tally);

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
            var (leaf, greeting) = await come(site.At(port), limit.Token);
            tally.Note(new Handshake(begun, Tally.Now(), port, leaf, greeting));
        }
        catch (Exception error)
        {
            tally.Note(Incident.Refused, name, limit.IsCancellationRequested ? $"no answer for {Limit.TotalSeconds:0} s" : error.Message);
        }
    }

    private static async Task<(string Leaf, string Greeting)> ImapAsync(IPEndPoint server, bool implicitTls, CancellationToken stop)
    {
        await using var session = await ImapSession.OpenAsync(server, implicitTls, stop);
        await session.LogoutAsync(stop);
        return (session.LeafSha256, session.Greeting);
    }

    private static async Task<(string Leaf, string Greeting)> Pop3Async(IPEndPoint server, CancellationToken stop)
    {
        await using var session = await Pop3Session.OpenAsync(server, stop);
        await session.CommandAsync("QUIT", stop);
        return (session.LeafSha256, session.Greeting);
    }

    private static async Task<(string Leaf, string Greeting)> SieveAsync(IPEndPoint server, CancellationToken stop)
    {
        await using var session = await SieveSession.OpenAsync(server, stop);
        await session.CommandAsync("LOGOUT", stop);
        return (session.LeafSha256, "");
    }
}
