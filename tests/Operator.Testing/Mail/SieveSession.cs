using System.Net;
using System.Text;

namespace Operator.Testing.Mail;

/// <summary>A ManageSieve session (RFC 5804), enough of it to tell whether a reload disturbs it.</summary>
public sealed class SieveSession : IAsyncDisposable
{
    private readonly MailConnection connection;

    private SieveSession(MailConnection connection) => this.connection = connection;

    /// <summary>SHA-256 of the leaf certificate that the server showed.</summary>
    public string LeafSha256 => connection.LeafSha256 ?? throw new InvalidOperationException("The session has no TLS.");

    /// <summary>Connects, reads the greeting and starts TLS.</summary>
    /// <exception cref="MailException">The server said something else than OK.</exception>
    public static async Task<SieveSession> OpenAsync(IPEndPoint server, CancellationToken cancellationToken)
    {
        var connection = await MailConnection.OpenAsync(server, tls: false, cancellationToken);
        try
        {
            var session = new SieveSession(connection);
            await session.ReadOkAsync(cancellationToken);
            await session.CommandAsync("STARTTLS", cancellationToken);
            await connection.StartTlsAsync(cancellationToken);
            await session.ReadOkAsync(cancellationToken); // the capabilities once more
            return session;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Logs in.</summary>
    /// <exception cref="MailException">The server said something else than OK.</exception>
    public Task LoginAsync(string user, string password, CancellationToken cancellationToken) => CommandAsync(
        $"AUTHENTICATE \"PLAIN\" \"{Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{user}\0{password}"))}\"", cancellationToken);

    /// <summary>Sends a command and reads its answer to the end.</summary>
    /// <exception cref="MailException">The answer is not OK.</exception>
    public async Task CommandAsync(string command, CancellationToken cancellationToken)
    {
        await connection.WriteAsync(command + "\r\n", cancellationToken);
        await ReadOkAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task ReadOkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var line = await connection.ReadLineAsync(cancellationToken);
            if (line.StartsWith("OK", StringComparison.Ordinal))
                return;
            if (line.StartsWith("NO", StringComparison.Ordinal) || line.StartsWith("BYE", StringComparison.Ordinal))
                throw new MailException($"expected 'OK', the server said '{line}'");
        }
    }
}
