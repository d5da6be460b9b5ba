using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace Operator.Testing.Mail;

/// <summary>A connection to a mail server: lines in and out, and the certificate that the server showed.</summary>
public sealed class MailConnection : IAsyncDisposable
{
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[8192];
    private Stream stream;
    private int start;
    private int end;

    private MailConnection(Socket socket)
    {
        this.socket = socket;
        stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>SHA-256 of the leaf certificate that the server showed, once TLS is up.</summary>
    public string? LeafSha256 { get; private set; }

    /// <summary>Connects, and starts TLS at once if asked to.</summary>
    public static async Task<MailConnection> OpenAsync(EndPoint server, bool tls, CancellationToken cancellationToken)
    {
        var isTcp = server is IPEndPoint;
        var socket = new Socket(server.AddressFamily, SocketType.Stream, isTcp ? ProtocolType.Tcp : ProtocolType.Unspecified);
        if (isTcp)
            socket.NoDelay = true;
        try
        {
            await socket.ConnectAsync(server, cancellationToken);
            var connection = new MailConnection(socket);
            if (tls)
                await connection.StartTlsAsync(cancellationToken);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The leaf that a listener with TLS from the first byte shows to a client that knows nothing but one suite of TLS 1.2.</summary>
    [SupportedOSPlatform("linux")]
    public static async Task<string> LeafForAsync(TlsCipherSuite only, EndPoint server, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(server, tls: false, cancellationToken);
        var hello = ClientHello();
        (hello.EnabledSslProtocols, hello.CipherSuitesPolicy) = (SslProtocols.Tls12, new CipherSuitesPolicy([only]));
        await connection.StartTlsAsync(hello, cancellationToken);
        await connection.ReadLineAsync(cancellationToken); // the greeting
        return connection.LeafSha256!;
    }

    /// <summary>Makes the TLS handshake and notes the leaf certificate; any certificate is accepted.</summary>
    public Task StartTlsAsync(CancellationToken cancellationToken) => StartTlsAsync(ClientHello(), cancellationToken);

    private static SslClientAuthenticationOptions ClientHello() => new()
    {
        TargetHost = "mail.test",
        // A resumed session would show the certificate of an earlier handshake.
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = static (_, _, _, _) => true,
    };

    private async Task StartTlsAsync(SslClientAuthenticationOptions hello, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        stream = secure;
        await secure.AuthenticateAsClientAsync(hello, cancellationToken);
        LeafSha256 = Convert.ToHexStringLower(SHA256.HashData(secure.RemoteCertificate!.GetRawCertData()));
    }

    /// <summary>Sends text as it is.</summary>
    public async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>Reads a line without its end.</summary>
    /// <exception cref="EndOfStreamException">The server closed the connection.</exception>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            var newline = Array.IndexOf(buffer, (byte)'\n', start, end - start);
            var upTo = newline < 0 ? end : newline + 1;
            line.Append(Encoding.Latin1.GetString(buffer, start, upTo - start));
            start = upTo;
            if (newline >= 0)
                return line.ToString().TrimEnd('\r', '\n');
            (start, end) = (0, await stream.ReadAsync(buffer, cancellationToken));
            if (end == 0)
                throw new EndOfStreamException(line.Length == 0 ? "the server closed the connection" : $"the server closed the connection after '{line}'");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        socket.Dispose();
    }
}
