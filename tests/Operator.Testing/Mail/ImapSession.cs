using System.Globalization;
using System.Net;

namespace Operator.Testing.Mail;

/// <summary>An IMAP session (RFC 9051), enough of it to tell whether a reload disturbs it.</summary>
public sealed class ImapSession : IAsyncDisposable
{
    private readonly MailConnection connection;
    private int tag;
    private string appendTag = "";

    private ImapSession(MailConnection connection) => this.connection = connection;

    /// <summary>SHA-256 of the leaf certificate that the server showed.</summary>
    public string LeafSha256 => connection.LeafSha256 ?? throw new InvalidOperationException("The session has no TLS.");

    /// <summary>Connects with TLS (<paramref name="implicitTls"/>) or with STARTTLS and reads the greeting.</summary>
    public static async Task<ImapSession> OpenAsync(IPEndPoint server, bool implicitTls, CancellationToken cancellationToken)
    {
        var connection = await MailConnection.OpenAsync(server, implicitTls, cancellationToken);
        try
        {
            Expect(await connection.ReadLineAsync(cancellationToken), "* OK");
            var session = new ImapSession(connection);
            if (!implicitTls)
            {
                await session.CommandAsync("STARTTLS", cancellationToken);
                await connection.StartTlsAsync(cancellationToken);
            }
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs in.</summary>
    public Task LoginAsync(string user, string password, CancellationToken cancellationToken) =>
        CommandAsync($"LOGIN {user} {password}", cancellationToken);

    /// <summary>Sends a command and wants OK.</summary>
    public async Task CommandAsync(string command, CancellationToken cancellationToken) =>
        Expect(await TryCommandAsync(command, cancellationToken), "OK");

    /// <summary>Sends a command; returns the tagged answer without its tag.</summary>
    public async Task<string> TryCommandAsync(string command, CancellationToken cancellationToken)
    {
        var mine = NextTag();
        await connection.WriteAsync($"{mine} {command}\r\n", cancellationToken);
        return await AnswerToAsync(mine, cancellationToken);
    }

    /// <summary>Begins to IDLE (RFC 2177) and returns when the server waits.</summary>
    public async Task StartIdleAsync(CancellationToken cancellationToken)
    {
        await connection.WriteAsync($"{NextTag()} IDLE\r\n", cancellationToken);
        Expect(await connection.ReadLineAsync(cancellationToken), "+");
    }

    /// <summary>Idles for a while and ends it; learns at once when the server closes meanwhile.</summary>
    public async Task IdleAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await StartIdleAsync(cancellationToken);
        var answer = AnswerToAsync(Tag(), cancellationToken);
        if (await Task.WhenAny(answer, Task.Delay(time, TimeProvider.System, cancellationToken)) != answer)
            await connection.WriteAsync("DONE\r\n", cancellationToken);
        Expect(await answer, "OK");
    }

    /// <summary>Sends a command, wants OK, and returns the untagged lines before it.</summary>
    public async Task<IReadOnlyList<string>> ReadAnswersAsync(string command, CancellationToken cancellationToken)
    {
        var mine = NextTag();
        await connection.WriteAsync($"{mine} {command}\r\n", cancellationToken);
        var lines = new List<string>();
        while (true)
        {
            var line = await connection.ReadLineAsync(cancellationToken);
            if (line.StartsWith(mine + " ", StringComparison.Ordinal))
            {
                Expect(line[(mine.Length + 1)..], "OK");
                return lines;
            }
            lines.Add(line);
        }
    }

    /// <summary>Reads untagged answers until one ends with <paramref name="end"/>.</summary>
    public async Task ReadUntaggedAsync(string end, CancellationToken cancellationToken)
    {
        while (!(await connection.ReadLineAsync(cancellationToken)).EndsWith(end, StringComparison.Ordinal))
        {
            // Others may come before it.
        }
    }

    /// <summary>Sends a command that the server answers by closing; returns all that it said.</summary>
    public async Task<string> ReadToEndAsync(string command, CancellationToken cancellationToken)
    {
        try
        {
            await connection.WriteAsync($"{NextTag()} {command}\r\n", cancellationToken);
        }
        catch (IOException)
        {
            // It may have closed before; what it said is there all the same.
        }
        return await ReadToEndAsync(cancellationToken);
    }

    /// <summary>Listens until the server closes; returns all that it said.</summary>
    public async Task<string> ReadToEndAsync(CancellationToken cancellationToken)
    {
        var said = "";
        try
        {
            while (true)
                said += await connection.ReadLineAsync(cancellationToken) + "\n";
        }
        catch (IOException)
        {
            return said;
        }
    }

    /// <summary>Ends IDLE and wants OK.</summary>
    public async Task EndIdleAsync(CancellationToken cancellationToken)
    {
        var mine = Tag();
        await connection.WriteAsync("DONE\r\n", cancellationToken);
        Expect(await AnswerToAsync(mine, cancellationToken), "OK");
    }

    /// <summary>Begins an APPEND and stays in the middle of its literal.</summary>
    public async Task StartAppendAsync(string mailbox, CancellationToken cancellationToken)
    {
        appendTag = NextTag();
        await connection.WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $"{appendTag} APPEND {mailbox} {{{Message.Length}}}\r\n"), cancellationToken);
        Expect(await connection.ReadLineAsync(cancellationToken), "+");
        await connection.WriteAsync(Message[..20], cancellationToken);
    }

    /// <summary>Sends the rest of the literal and wants OK.</summary>
    public async Task FinishAppendAsync(CancellationToken cancellationToken)
    {
        await connection.WriteAsync(Message[20..] + "\r\n", cancellationToken);
        Expect(await AnswerToAsync(appendTag, cancellationToken), "OK");
    }

    /// <summary>Logs out and waits for the server to close.</summary>
    public Task LogoutAsync(CancellationToken cancellationToken) => CommandAsync("LOGOUT", cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private const string Message = "From: a@mail.test\r\nTo: b@mail.test\r\nSubject: half of it before, half of it after\r\n\r\nHello.\r\n";

    private string Tag() => "a" + tag.ToString(CultureInfo.InvariantCulture);

    private string NextTag()
    {
        tag++;
        return Tag();
    }

    private async Task<string> AnswerToAsync(string mine, CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await connection.ReadLineAsync(cancellationToken);
            if (line.StartsWith(mine + " ", StringComparison.Ordinal))
                return line[(mine.Length + 1)..];
        }
    }

    private static void Expect(string line, string start)
    {
        if (!line.StartsWith(start, StringComparison.Ordinal))
            throw new MailException($"expected '{start}', the server said '{line}'");
    }
}
