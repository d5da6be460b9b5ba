using System.Net;
using System.Net.Sockets;
using System.Text;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>A state in which a signal may meet a session.</summary>
/// <param name="Name">In the words of the server's documents.</param>
/// <param name="At">Where to connect.</param>
/// <param name="Enter">What is said until the state is reached.</param>
/// <param name="GoOn">What is said from there to a proper answer; throws when the session was dropped.</param>
/// <param name="SurvivesMaster">Whether a SIGHUP to the master leaves it alone.</param>
internal sealed record SessionState(
    string Name, Func<CyrusLayout, EndPoint> At, Func<Dialogue, Task> Enter, Func<Dialogue, Task> GoOn, bool SurvivesMaster)
{
    private const string Message = "Subject: x\r\n\r\nHello";

    // Half-typed lines come first: by the time that the last session is open the server has read them.
    public static readonly IReadOnlyList<SessionState> All =
    [
        new("imap: half a command", Imap, Say("", "* OK", ""), Say("OP\r\n", "a OK", ""), false) { Typed = "a NO" },
        new("imap: in the literal of APPEND", Imap, LoginThen($"a APPEND INBOX {{{Message.Length}}}\r\n", "+"), Say(Message[5..] + "\r\n", "a OK", ""), false)
        {
            Typed = Message[..5],
        },
        new("pop3: half a line", Pop3, Say("", "+OK", ""), Say("PA\r\n", "+OK", ""), false) { Typed = "CA" },
        new("lmtp: in DATA", LmtpUnix, LmtpData, Say("lo.\r\n.\r\n", "250", ""), false) { Typed = "Subject: x\r\n\r\nHel" },
        new("http: half a header", Http, Say("", "", ""), Say("\r\n", "HTTP/1.1 200", ""), false) { Typed = "OPTIONS * HTTP/1.1\r\nHost: x\r\n" },
        new("imap: before the login", Imap, Say("", "* OK", ""), Say("a NOOP\r\n", "a OK", ""), true),
        new("imap: logged in", Imap, LoginThen("a NOOP\r\n", "a OK"), Say("b NOOP\r\n", "b OK", ""), true),
        new("imap: IDLE", Imap, LoginThen("s SELECT INBOX\r\n", "s OK", "a IDLE\r\n", "+"), Say("DONE\r\n", "a OK", ""), true),
        new("imap: AUTHENTICATE asks on", Imap, Say("", "* OK", "a AUTHENTICATE PLAIN\r\n", "+"), Say(Plain() + "\r\n", "a OK", ""), false),
        new("imap: STARTTLS without ClientHello", Imap, Say("", "* OK", "s STARTTLS\r\n", "s OK"), TlsThen("a NOOP\r\n", "a OK"), false),
        new("imaps: without ClientHello", Imaps, Say("", "", ""), TlsThen("", "* OK"), false),
        new("imaps: logged in", Imaps, TlsThen(["", "* OK", .. Login]), Say("b NOOP\r\n", "b OK", ""), true),
        new("pop3: before the login", Pop3, Say("", "+OK", ""), Say("CAPA\r\n", "+OK", ""), false),
        new("pop3: logged in", Pop3, Say("", "+OK", $"USER {RealCyrus.User}\r\n", "+OK", $"PASS {RealCyrus.Password}\r\n", "+OK"), Say("STAT\r\n", "+OK", ""), false),
        new("lmtp: waits, tcp", Lmtp, Say("", "220", ""), Say("NOOP\r\n", "250", ""), false),
        new("lmtp: waits, unix", LmtpUnix, Say("", "220", ""), Say("NOOP\r\n", "250", ""), false),
        new("sieve: waits", Sieve, Say("", "OK", ""), Say("LOGOUT\r\n", "OK", ""), false),
        new("http: between two requests", Http, Options, Options, true),
        new("imap: FETCH to a slow reader", Imap, Then(LoginThen(), StartLargeFetch), EndLargeFetch, true),
        new("imaps: FETCH to a slow reader", Imaps, Then(TlsThen(["", "* OK", .. Login]), StartLargeFetch), EndLargeFetch, true),
        new("csync: waits", Csync, Say("", "* OK", ""), Say("EXIT\r\n", "OK", ""), false),
    ];

    // 16 MB: a socket holds 4 MB on the server's side and 6 MB on the client's at most (tcp_wmem, tcp_rmem).
    private const int LargeLines = 16 * 1024;
    private static readonly string LargeLine = new('x', 998);

    /// <summary>Sent last, without waiting for an answer.</summary>
    public string Typed { get; init; } = "";

    private static IPEndPoint Imap(CyrusLayout layout) => layout.Imap;

    private static IPEndPoint Imaps(CyrusLayout layout) => layout.Imaps;

    private static IPEndPoint Pop3(CyrusLayout layout) => layout.Pop3;

    private static IPEndPoint Lmtp(CyrusLayout layout) => layout.Lmtp;

    private static UnixDomainSocketEndPoint LmtpUnix(CyrusLayout layout) => AllServices.LmtpSocket(layout);

    private static IPEndPoint Sieve(CyrusLayout layout) => layout.Sieve;

    private static IPEndPoint Http(CyrusLayout layout) => layout.Http;

    private static IPEndPoint Csync(CyrusLayout layout) => layout.Csync;

    private static string Plain() => Convert.ToBase64String(Encoding.ASCII.GetBytes($"\0{RealCyrus.User}\0{RealCyrus.Password}"));

    /// <summary>Pairs of what is sent and how the line begins that ends the answer; nothing is awaited for an empty one.</summary>
    private static Func<Dialogue, Task> Say(params string[] script) => dialogue => dialogue.SayAsync(script);

    private static string[] Login => [$"l LOGIN {RealCyrus.User} {RealCyrus.Password}\r\n", "l OK"];

    private static Func<Dialogue, Task> LoginThen(params string[] script) => Say(["", "* OK", .. Login, .. script]);

    private static Func<Dialogue, Task> Then(Func<Dialogue, Task> first, Func<Dialogue, Task> second) => async dialogue =>
    {
        await first(dialogue);
        await second(dialogue);
    };

    private static Func<Dialogue, Task> TlsThen(params string[] script) => async dialogue =>
    {
        await dialogue.Connection.StartTlsAsync(dialogue.Stop);
        await dialogue.SayAsync(script);
    };

    private static Task LmtpData(Dialogue dialogue) => dialogue.SayAsync(
        "", "220", "LHLO test\r\n", "250 ", "MAIL FROM:<>\r\n", "250", $"RCPT TO:<{RealCyrus.User}>\r\n", "250", "DATA\r\n", "354");

    /// <summary>Asks for more than the socket's buffers hold and does not read it: the worker is blocked in its write.</summary>
    private static async Task StartLargeFetch(Dialogue dialogue)
    {
        var message = "Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(LargeLine + "\r\n", LargeLines));
        await dialogue.SayAsync(
            $"p APPEND INBOX {{{message.Length}}}\r\n", "+", message + "\r\n", "p OK", "s SELECT INBOX\r\n", "s OK", "f FETCH * BODY[]\r\n", "* ");
    }

    /// <summary>Reads it after all: nothing of it may be missing.</summary>
    private static async Task EndLargeFetch(Dialogue dialogue)
    {
        var lines = 0;
        string line;
        while (!(line = await dialogue.Connection.ReadLineAsync(dialogue.Stop)).StartsWith("f ", StringComparison.Ordinal))
            lines += line == LargeLine ? 1 : 0;
        if (lines != LargeLines || !line.StartsWith("f OK", StringComparison.Ordinal))
            throw new MailException($"{lines} of {LargeLines} lines came, then the server said '{line}'");
    }

    // The answer has no body: its end is the empty line.
    private static async Task Options(Dialogue dialogue)
    {
        await dialogue.SayAsync("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200");
        while ((await dialogue.Connection.ReadLineAsync(dialogue.Stop)).Length > 0)
        {
            // A header.
        }
    }
}

/// <summary>A connection and what is said on it.</summary>
internal sealed record Dialogue(MailConnection Connection, CancellationToken Stop)
{
    public async Task SayAsync(params string[] script)
    {
        for (var step = 0; step < script.Length; step += 2)
        {
            if (script[step].Length > 0)
                await Connection.WriteAsync(script[step], Stop);
            if (step + 1 < script.Length && script[step + 1].Length > 0)
                await ExpectAsync(script[step + 1]);
        }
    }

    private async Task ExpectAsync(string start)
    {
        var tag = start.Split(' ')[0];
        while (true)
        {
            var line = await Connection.ReadLineAsync(Stop);
            if (line.StartsWith(start, StringComparison.Ordinal))
                return;
            var isRefusal = line.StartsWith("-ERR", StringComparison.Ordinal) || line.StartsWith("HTTP/1.1 4", StringComparison.Ordinal)
                || line is ['4' or '5', ..] || (tag is not "*" && line.StartsWith(tag + " ", StringComparison.Ordinal));
            if (isRefusal)
                throw new MailException($"expected '{start}', the server said '{line}'");
        }
    }
}
