using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Operator.SelfTest;

/// <summary>A session of IMAP over TLS, before login: enough to see the certificate, and whether somebody ends the session.</summary>
internal sealed class ImapsConnection : IDisposable
{
    private readonly TcpClient client;
    private readonly StreamReader reader;
    private int tag;

    private ImapsConnection(TcpClient client, SslStream stream)
    {
        this.client = client;
        reader = new StreamReader(stream);
        using var leaf = new X509Certificate2(stream.RemoteCertificate!);
        Sha256 = leaf.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
    }

    /// <summary>SHA-256 of the leaf certificate that was served.</summary>
    public string Sha256 { get; }

    /// <summary>Connects and reads the greeting.</summary>
    /// <exception cref="IOException">It is none, or the connection broke.</exception>
    /// <exception cref="SocketException">There is no connection.</exception>
    public static async Task<ImapsConnection> OpenAsync(string address, int port, string name, CancellationToken stop)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, port, stop);
            // Which certificate it is is the question, not who vouches for it.
            var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate is not null);
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name }, stop);
            var connection = new ImapsConnection(client, stream);
            await connection.ExpectAsync("* OK", stop);
            return connection;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>A command that changes nothing.</summary>
    /// <exception cref="IOException">It was not answered with OK: the session was ended.</exception>
    public async Task NoopAsync(CancellationToken stop)
    {
        var mine = $"a{++tag}";
        await reader.BaseStream.WriteAsync(Encoding.ASCII.GetBytes($"{mine} NOOP\r\n"), stop);
        await ExpectAsync($"{mine} OK", stop);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        reader.Dispose();
        client.Dispose();
    }

    private async Task ExpectAsync(string beginning, CancellationToken stop)
    {
        var line = await reader.ReadLineAsync(stop) ?? throw new IOException("the server closed the connection");
        if (!line.StartsWith(beginning, StringComparison.Ordinal))
            throw new IOException($"the server said '{line}', not '{beginning}...'");
    }
}
