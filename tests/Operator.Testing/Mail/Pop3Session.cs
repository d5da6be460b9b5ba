using System.Net;

namespace Operator.Testing.Mail;

/// <summary>A POP3 session (RFC 1939), enough of it to tell whether a reload disturbs it.</summary>
public sealed class Pop3Session : IAsyncDisposable
{
    private readonly MailConnection connection;

    private Pop3Session(MailConnection connection) => this.connection = connection;

    /// <summary>SHA-256 of the leaf certificate that the server showed.</summary>
    public string LeafSha256 => connection.LeafSha256 ?? throw new InvalidOperationException("The session has no TLS.");

    /// <summary>Connects, reads the greeting and starts TLS (STLS, RFC 2595).</summary>
    public static async Task<Pop3Session> OpenAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        var connection = await MailConnection.OpenAsync(server, tls: false, cancellationToken);
        try
        {
            var session = new Pop3Session(connection);
            await session.ReadOkAsync(cancellationToken);
            await session.CommandAsync("STLS", cancellationToken);
            await connection.StartTlsAsync(cancellationToken);
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs in.</summary>
    public async Task LoginAsync(string user, string password, CancellationToken cancellationToken)
    {
        await CommandAsync($"USER {user}", cancellationToken);
        await CommandAsync($"PASS {password}", cancellationToken);
    }

    /// <summary>Sends a command with a one-line answer and wants +OK.</summary>
    public async Task CommandAsync(string command, CancellationToken cancellationToken)
    {
        await connection.WriteAsync(command + "\r\n", cancellationToken);
        await ReadOkAsync(cancellationToken);
    }

    /// <summary>What the server says unasked.</summary>
    public Task<string> ReadLineAsync(CancellationToken cancellationToken) => connection.ReadLineAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task ReadOkAsync(CancellationToken cancellationToken)
    {
        var line = await connection.ReadLineAsync(cancellationToken);
        if (!line.StartsWith("+OK", StringComparison.Ordinal))
            throw new MailException($"expected '+OK', the server said '{line}'");
    }
}
