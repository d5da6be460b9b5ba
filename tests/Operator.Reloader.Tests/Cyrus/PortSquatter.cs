using System.Net;
using System.Net.Sockets;
using Operator.Entities.Contract;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Listens where the master would, and hangs up on everybody: a service on its port passes every check and can never be proved.</summary>
internal sealed class PortSquatter : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public PortSquatter()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = HangUpOnAllAsync();
    }

    public int Port { get; }

    /// <summary>A new bundle with one more service, on this port.</summary>
    public Bundle BundleWithItsPort(RealCyrus cyrus)
    {
        var bundle = cyrus.NewBundle();
        return bundle with
        {
            Listeners = [.. cyrus.Layout.Listeners, new Listener("taken", MailProtocol.Imap, Port, TlsMode.None)],
            ExtraService = $"taken cmd=\"{bundle.Command("imapd")}\" listen=\"127.0.0.1:{Port}\"",
        };
    }

    public void Dispose() => listener.Dispose();

    private async Task HangUpOnAllAsync()
    {
        try
        {
            while (true)
                (await listener.AcceptSocketAsync()).Dispose();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
