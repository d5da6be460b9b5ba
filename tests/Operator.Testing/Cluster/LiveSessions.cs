using System.Net;
using Operator.Testing.Mail;

namespace Operator.Testing.Cluster;

/// <summary>Twenty sessions in the states that a signal to the master would break, or not: see each kind.</summary>
public sealed class LiveSessions : IAsyncDisposable
{
    private readonly List<ImapSession> idling = [];
    private readonly List<ImapSession> appending = [];
    private readonly List<Pop3Session> waiting = [];

    /// <summary>8 IMAP sessions in IDLE, 6 IMAP over TLS in the middle of an APPEND literal, 6 POP3 waiting for a command.</summary>
    public static async Task<LiveSessions> OpenAsync(MailServer server, CancellationToken cancellationToken)
    {
        var sessions = new LiveSessions();
        var imap = await server.AddressAsync(MailServer.Imap, cancellationToken);
        var imaps = await server.AddressAsync(MailServer.Imaps, cancellationToken);
        var pop3 = await server.AddressAsync(MailServer.Pop3, cancellationToken);
        for (var i = 0; i < 8; i++)
            sessions.idling.Add(await IdleAsync(imap, cancellationToken));
        for (var i = 0; i < 6; i++)
            sessions.appending.Add(await AppendAsync(imaps, cancellationToken));
        foreach (var user in MailServer.PopUsers)
            sessions.waiting.Add(await WaitForCommandAsync(pop3, user, cancellationToken));
        return sessions;
    }

    /// <summary>Every session goes on where it was; throws when one cannot.</summary>
    public async Task GoOnAsync(CancellationToken cancellationToken)
    {
        foreach (var session in idling)
        {
            await session.EndIdleAsync(cancellationToken);
            await session.CommandAsync("NOOP", cancellationToken);
        }
        foreach (var session in appending)
        {
            await session.FinishAppendAsync(cancellationToken);
            await session.CommandAsync("NOOP", cancellationToken);
        }
        foreach (var session in waiting)
            await session.CommandAsync("STAT", cancellationToken);
    }

    /// <summary>Back into the states that they were opened in.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var session in idling)
            await session.StartIdleAsync(cancellationToken);
        foreach (var session in appending)
            await session.StartAppendAsync("INBOX", cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var session in idling.Concat(appending))
            await session.DisposeAsync();
        foreach (var session in waiting)
            await session.DisposeAsync();
    }

    private static async Task<ImapSession> IdleAsync(IPEndPoint imap, CancellationToken cancellationToken)
    {
        var session = await ImapSession.OpenAsync(imap, implicitTls: false, cancellationToken);
        await session.LoginAsync("alice", MailServer.Password, cancellationToken);
        await session.CommandAsync("SELECT INBOX", cancellationToken);
        await session.StartIdleAsync(cancellationToken);
        return session;
    }

    private static async Task<ImapSession> AppendAsync(IPEndPoint imaps, CancellationToken cancellationToken)
    {
        var session = await ImapSession.OpenAsync(imaps, implicitTls: true, cancellationToken);
        await session.LoginAsync("bob", MailServer.Password, cancellationToken);
        await session.StartAppendAsync("INBOX", cancellationToken);
        return session;
    }

    // A mailbox that POP3 has open is locked for others, so each session has a user of its own.
    private static async Task<Pop3Session> WaitForCommandAsync(IPEndPoint pop3, string user, CancellationToken cancellationToken)
    {
        var session = await Pop3Session.OpenAsync(pop3, cancellationToken);
        await session.LoginAsync(user, MailServer.Password, cancellationToken);
        return session;
    }
}
