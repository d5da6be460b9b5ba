using System.Net;
using System.Net.Sockets;

namespace MailLoad;

/// <summary>Where the mail is, and who has an account there.</summary>
/// <param name="Address">The server, or the Service before it.</param>
/// <param name="Password">Of everybody.</param>
public sealed record MailSite(IPAddress Address, string Password)
{
    /// <summary>The ports that the load is sent to.</summary>
    public const int Imap = 1143, Imaps = 1993, Pop3 = 1110, Lmtp = 2003, Sieve = 4190;

    /// <summary>An administrator, who may deliver by LMTP.</summary>
    public const string Admin = "cyrus";

    /// <summary>Who gets the deliveries.</summary>
    public const string Recipient = "numbered";

    /// <summary>Those who read by IMAP; they share their mailboxes among many sessions.</summary>
    public static IReadOnlyList<string> Readers { get; } = [.. Enumerable.Range(0, 20).Select(static number => $"reader{number}")];

    /// <summary>POP3 and ManageSieve lock what they open (Cyrus 3.6's timsieved even waits for itself): there each session has a user of its own.</summary>
    /// <param name="sessions">How many there are in all.</param>
    public static IEnumerable<string> Owners(int sessions)
    {
        var (_, _, popping, sieving) = HeldSessions.Mix(sessions);
        return [.. Enumerable.Range(0, popping).Select(PopUser), .. Enumerable.Range(0, sieving).Select(SieveUser)];
    }

    /// <summary>The user of a POP3 session.</summary>
    public static string PopUser(int number) => $"pop{number}";

    /// <summary>The user of a ManageSieve session.</summary>
    public static string SieveUser(int number) => $"sieve{number}";

    /// <summary>One of the ports.</summary>
    public IPEndPoint At(int port) => new(Address, port);

    /// <summary>Waits until somebody answers: kube-proxy refuses a Service's address until it has heard of its endpoint.</summary>
    /// <exception cref="OperationCanceledException">Nobody does within a minute.</exception>
    public async Task AnswersAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(At(Imap), limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
            }
        }
    }
}
