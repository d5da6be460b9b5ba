using System.Globalization;
using System.Net;
using System.Text;

namespace Operator.Testing.Mail;

/// <summary>An LMTP session (RFC 2033), as an MTA has one.</summary>
public sealed class LmtpSession : IAsyncDisposable
{
    private readonly MailConnection connection;

    private LmtpSession(MailConnection connection) => this.connection = connection;

    /// <summary>SHA-256 of the leaf certificate that the server showed.</summary>
    public string LeafSha256 => connection.LeafSha256 ?? throw new InvalidOperationException("The session has no TLS.");

    /// <summary>Connects, starts TLS (RFC 3207) and logs in (RFC 4954): without it Cyrus takes no mail over TCP.</summary>
    /// <exception cref="MailException">The server refuses a step.</exception>
    public static async Task<LmtpSession> OpenAsync(IPEndPoint server, string user, string password, CancellationToken cancellationToken)
    {
        var connection = await MailConnection.OpenAsync(server, tls: false, cancellationToken);
        try
        {
            var session = new LmtpSession(connection);
            await session.ReadAsync(220, cancellationToken);
            await session.CommandAsync("LHLO mta.mail.test", 250, cancellationToken);
            await session.CommandAsync("STARTTLS", 220, cancellationToken);
            await connection.StartTlsAsync(cancellationToken);
            await session.CommandAsync("LHLO mta.mail.test", 250, cancellationToken);
            var plain = Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0{password}"));
            await session.CommandAsync("AUTH PLAIN " + plain, 235, cancellationToken);
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Delivers one message, and rests in the middle of it.</summary>
    /// <param name="recipient">One recipient.</param>
    /// <param name="text">The message, without a line of a single dot.</param>
    /// <param name="rest">How long the first half lies there before the second follows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MailException">It was not accepted.</exception>
    public async Task DeliverAsync(string recipient, string text, TimeSpan rest, CancellationToken cancellationToken)
    {
        await CommandAsync("MAIL FROM:<sender@mail.test>", 250, cancellationToken);
        await CommandAsync($"RCPT TO:<{recipient}>", 250, cancellationToken);
        await CommandAsync("DATA", 354, cancellationToken);
        await connection.WriteAsync(text[..(text.Length / 2)], cancellationToken);
        await Task.Delay(rest, TimeProvider.System, cancellationToken);
        await CommandAsync(text[(text.Length / 2)..] + "\r\n.", 250, cancellationToken);
    }

    /// <summary>Says good-bye.</summary>
    /// <exception cref="MailException">The server says something else.</exception>
    public Task QuitAsync(CancellationToken cancellationToken) => CommandAsync("QUIT", 221, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task CommandAsync(string command, int expected, CancellationToken cancellationToken)
    {
        await connection.WriteAsync(command + "\r\n", cancellationToken);
        await ReadAsync(expected, cancellationToken);
    }

    private async Task ReadAsync(int expected, CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await connection.ReadLineAsync(cancellationToken);
            if (line.Length > 3 && line[3] == '-')
                continue;
            if (line.StartsWith(expected.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
                return;
            throw new MailException($"expected {expected}, the server said '{line}'");
        }
    }
}
