using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Operator.Entities.Contract;
using Operator.Entities.Tls;

namespace Operator.Reloader.Proof;

/// <summary>One real connection to a listener, as a client would make it.</summary>
internal sealed class ListenerProbe(TimeSpan limit, TimeProvider time)
{
    private const int LineLimit = 8192;

    /// <summary>Connects, reaches TLS when the listener has it, and says goodbye.</summary>
    /// <param name="host">Where the server is; of no meaning to a listener on a unix socket.</param>
    /// <param name="listener">What it is to speak there.</param>
    /// <param name="only">The one kind of certificate that the client can use, over TLS 1.2; null when it can use all.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>The certificate that the server presented; null on a listener without TLS.</returns>
    /// <exception cref="ProbeException">Anything but the expected happened; the message tells what was seen.</exception>
    public async Task<CertificateFacts?> RunAsync(string host, Listener listener, KeyKind? only, CancellationToken stop) =>
        await TalkAsync(listener, token => ListenerSocket.ConnectAsync(host, listener, token), only, stop);

    /// <summary>The same dialogue over a connection that is made some other way.</summary>
    /// <param name="listener">What the server is to speak.</param>
    /// <param name="connect">Makes the connection; its time counts.</param>
    /// <param name="only">The one kind of certificate that the client can use, over TLS 1.2; null when it can use all.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ProbeException">Anything but the expected happened.</exception>
    public async Task<CertificateFacts?> TalkAsync(
        Listener listener, Func<CancellationToken, Task<Socket>> connect, KeyKind? only, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            await using var wire = new NetworkStream(await connect(both.Token), ownsSocket: true);
            return await TalkAsync(listener, wire, ClientHello.For(only), both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new ProbeException($"no answer within {limit.TotalSeconds:0.#} s");
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException)
        {
            throw new ProbeException((error.InnerException ?? error).Message.TrimEnd('.'));
        }
    }

    private static async Task<CertificateFacts?> TalkAsync(Listener listener, NetworkStream wire, SslClientAuthenticationOptions hello, CancellationToken stop)
    {
        if (listener.Tls != TlsMode.Implicit)
        {
            await StepAsync(wire, listener.Protocol, Step.Greeting, stop);
            await StepAsync(wire, listener.Protocol, Step.Hello, stop);
        }
        if (listener.Tls == TlsMode.None)
        {
            await PartAsync(wire, listener.Protocol, stop);
            return null;
        }
        if (listener.Tls == TlsMode.StartTls)
            await StepAsync(wire, listener.Protocol, Step.StartTls, stop);

        // Any certificate is accepted here: which one it is, is the question, and the caller compares its digest.
#pragma warning disable CA5359
        await using var tls = new SslStream(wire, leaveInnerStreamOpen: true, static (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(hello, stop);
        if (listener.Tls == TlsMode.Implicit)
            await StepAsync(tls, listener.Protocol, Step.Greeting, stop);
        await PartAsync(tls, listener.Protocol, stop);
        using var leaf = tls.RemoteCertificate as X509Certificate2
            ?? throw new ProbeException("the server presented no certificate");
        return CertificateCheck.Describe(leaf);
    }

    private static async Task StepAsync(Stream wire, MailProtocol protocol, Step step, CancellationToken stop)
    {
        var command = MailDialogue.Command(protocol, step);
        if (command is null && step != Step.Greeting)
            return;
        if (command is not null)
            await SendAsync(wire, command, stop);
        Reply reply;
        do
        {
            var line = await ReadLineAsync(wire, stop);
            reply = MailDialogue.Read(protocol, step, line);
            if (reply == Reply.Refused)
                throw new ProbeException($"the server answered '{line}' to {command?.Split('\r')[0] ?? "the connection"}");
        }
        while (reply == Reply.More);
    }

    private static async Task PartAsync(Stream wire, MailProtocol protocol, CancellationToken stop)
    {
        if (MailDialogue.Goodbye(protocol) is { } goodbye)
            await SendAsync(wire, goodbye, stop);
    }

    private static async Task SendAsync(Stream wire, string line, CancellationToken stop) =>
        await wire.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), stop);

    /// <summary>Byte by byte: what follows the line may already be TLS.</summary>
    private static async Task<string> ReadLineAsync(Stream wire, CancellationToken stop)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < LineLimit)
        {
            if (await wire.ReadAsync(one, stop) == 0)
                throw new ProbeException("the server closed the connection");
            if (one[0] == (byte)'\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
        throw new ProbeException("the server sent an endless line");
    }
}

/// <summary>A probe did not see what a client must see.</summary>
/// <param name="message">What was seen instead.</param>
internal sealed class ProbeException(string message) : Exception(message);
