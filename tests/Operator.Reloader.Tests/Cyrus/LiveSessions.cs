using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Sessions in states that a SIGHUP to the master would break, and IDLE.</summary>
internal sealed class LiveSessions : IAsyncDisposable
{
    private readonly List<ImapSession> idling = [];
    private readonly List<ImapSession> appending = [];
    private readonly List<Pop3Session> waiting = [];

    public int Count => idling.Count + appending.Count + waiting.Count;

    public static async Task<LiveSessions> OpenAsync(CyrusLayout layout, CancellationToken cancellationToken, int rounds = 7)
    {
        var sessions = new LiveSessions();
        for (var index = 0; index < rounds; index++)
        {
            var idle = await ImapSession.OpenAsync(layout.Imap, implicitTls: false, cancellationToken);
            sessions.idling.Add(idle);
            await idle.LoginAsync(RealCyrus.User, RealCyrus.Password, cancellationToken);
            await idle.CommandAsync("SELECT INBOX", cancellationToken);
            await idle.StartIdleAsync(cancellationToken);

            var append = await ImapSession.OpenAsync(layout.Imaps, implicitTls: true, cancellationToken);
            sessions.appending.Add(append);
            await append.LoginAsync(RealCyrus.User, RealCyrus.Password, cancellationToken);
            await append.StartAppendAsync("INBOX", cancellationToken);
        }
        for (var index = 0; index < rounds - 1; index++)
            sessions.waiting.Add(await Pop3Session.OpenAsync(layout.Pop3, cancellationToken));
        return sessions;
    }

    /// <summary>Goes on with every session to its end; throws when one was dropped.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach (var session in idling)
        {
            await session.EndIdleAsync(cancellationToken);
            await session.CommandAsync("NOOP", cancellationToken);
            await session.LogoutAsync(cancellationToken);
        }
        foreach (var session in appending)
        {
            await session.FinishAppendAsync(cancellationToken);
            await session.LogoutAsync(cancellationToken);
        }
        foreach (var session in waiting)
        {
            await session.CommandAsync("CAPA", cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable session in (IEnumerable<IAsyncDisposable>)[.. idling, .. appending, .. waiting])
            await session.DisposeAsync();
    }
}
