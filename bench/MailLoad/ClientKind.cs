using Operator.Testing.Mail;

namespace MailLoad;

/// <summary>A session that is held, and does something from time to time.</summary>
/// <param name="session">The session.</param>
/// <param name="goOnAsync">One exchange and the pause in it or after it; throws when the server has closed.</param>
internal sealed class HeldSession(IAsyncDisposable session, Func<TimeSpan, CancellationToken, Task> goOnAsync) : IAsyncDisposable
{
    /// <summary>One exchange and the pause in it or after it; throws when the server has closed.</summary>
    public Task GoOnAsync(TimeSpan pause, CancellationToken stop) => goOnAsync(pause, stop);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();
}

/// <summary>A kind of client.</summary>
/// <param name="Name">As it is counted.</param>
/// <param name="OpenAsync">Opens the session of this number.</param>
internal sealed record ClientKind(string Name, Func<MailSite, int, CancellationToken, Task<HeldSession>> OpenAsync)
{
    /// <summary>Reads by IMAP with STARTTLS: waits in IDLE.</summary>
    public static readonly ClientKind Idling = new("imap idle", static async (site, number, stop) =>
    {
        var session = await OpenImapAsync(site, MailSite.Imap, number, stop);
        return new HeldSession(session, session.IdleAsync);
    });

    /// <summary>Writes by IMAP with TLS: stays in the middle of an APPEND for most of the time, then reads what it wrote.</summary>
    public static readonly ClientKind Appending = new("imaps append", static async (site, number, stop) =>
    {
        var session = await OpenImapAsync(site, MailSite.Imaps, number, stop);
        var round = 0;
        return new HeldSession(session, (pause, end) => AppendAsync(session, ++round, pause, end));
    });

    /// <summary>POP3, waiting for a command.</summary>
    public static readonly ClientKind Popping = new("pop3", static async (site, number, stop) =>
    {
        var session = await Pop3Session.OpenAsync(site.At(MailSite.Pop3), stop);
        await ReadyAsync(session, session.LoginAsync(MailSite.PopUser(number), site.Password, stop));
        return new HeldSession(session, (pause, end) => AskAsync(session.CommandAsync("STAT", end), pause, end));
    });

    /// <summary>ManageSieve, waiting for a command.</summary>
    public static readonly ClientKind Sieving = new("sieve", static async (site, number, stop) =>
    {
        var session = await SieveSession.OpenAsync(site.At(MailSite.Sieve), stop);
        await ReadyAsync(session, session.LoginAsync(MailSite.SieveUser(number), site.Password, stop));
        return new HeldSession(session, (pause, end) => AskAsync(session.CommandAsync("LISTSCRIPTS", end), pause, end));
    });

    private static async Task<ImapSession> OpenImapAsync(MailSite site, int port, int number, CancellationToken stop)
    {
        var session = await ImapSession.OpenAsync(site.At(port), implicitTls: port == MailSite.Imaps, stop);
        await ReadyAsync(session, session.LoginAsync(Reader(number), site.Password, stop));
        await ReadyAsync(session, session.CommandAsync("SELECT INBOX", stop));
        return session;
    }

    private static async Task AppendAsync(ImapSession session, int round, TimeSpan pause, CancellationToken stop)
    {
        await session.StartAppendAsync("INBOX", stop);
        await Task.Delay(pause, TimeProvider.System, stop);
        await session.FinishAppendAsync(stop);
        // UID: others share the mailbox and may have emptied it since, which is no error by UID alone (RFC 9051, 6.4.9).
        await session.CommandAsync("UID FETCH * (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])", stop);
        if (round % 10 != 0)
            return;
        // So that the mailboxes do not grow for as long as the load lasts.
        await session.CommandAsync("UID STORE 1:* +FLAGS.SILENT (\\Deleted)", stop);
        await session.CommandAsync("EXPUNGE", stop);
    }

    private static async Task AskAsync(Task question, TimeSpan pause, CancellationToken stop)
    {
        await question;
        await Task.Delay(pause, TimeProvider.System, stop);
    }

    private static async Task ReadyAsync(IAsyncDisposable session, Task step)
    {
        try
        {
            await step;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private static string Reader(int number) => MailSite.Readers[number % MailSite.Readers.Count];
}
