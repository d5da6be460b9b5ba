using Operator.Entities.Contract;

namespace Operator.Reloader.Proof;

/// <summary>What a line from a server means in a step of the dialogue.</summary>
internal enum Reply
{
    /// <summary>More lines of the same answer follow.</summary>
    More,

    /// <summary>The step is done.</summary>
    Done,

    /// <summary>The server says no, or speaks another protocol.</summary>
    Refused,
}

/// <summary>A step of the dialogue before and after TLS.</summary>
internal enum Step
{
    /// <summary>The server's first words; with HTTP, the status line of its answer to the client's.</summary>
    Greeting,

    /// <summary>The client introduces itself (LMTP only).</summary>
    Hello,

    /// <summary>The client asks for TLS.</summary>
    StartTls,
}

/// <summary>
/// What to say to each protocol's server to reach TLS, and how to read its answers: RFC 3501, RFC 2595 (STLS), RFC 2033 with RFC 3207,
/// RFC 5804, RFC 9112. Pure.
/// </summary>
internal static class MailDialogue
{
    private const string Tag = "p1";

    // About the server itself (RFC 9110, 9.3.7), so it needs no user and no module; and the connection ends after the answer: a probe that
    // stayed would keep its worker.
    private const string HttpRequest = "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nUser-Agent: cyrus-reloader\r\nConnection: close\r\n";

    /// <summary>
    /// The line to send in a step (with HTTP: the lines), without the last line end; null when the client says nothing in that step.
    /// </summary>
    public static string? Command(MailProtocol protocol, Step step) => (protocol, step) switch
    {
        (MailProtocol.Http, Step.Greeting) => HttpRequest,
        (_, Step.Greeting) => null,
        (MailProtocol.Lmtp, Step.Hello) => "LHLO proof.invalid",
        (_, Step.Hello) => null,
        (MailProtocol.Imap, Step.StartTls) => Tag + " STARTTLS",
        (MailProtocol.Pop3, Step.StartTls) => "STLS",
        _ => "STARTTLS",
    };

    /// <summary>The polite end; null when it has been said already.</summary>
    public static string? Goodbye(MailProtocol protocol) => protocol switch
    {
        MailProtocol.Imap => "p2 LOGOUT",
        MailProtocol.Sieve => "LOGOUT",
        MailProtocol.Http => null,
        _ => "QUIT",
    };

    /// <summary>Reads one line of the server's answer.</summary>
    public static Reply Read(MailProtocol protocol, Step step, string line) => protocol switch
    {
        MailProtocol.Imap => ReadImap(step, line),
        MailProtocol.Pop3 => line.StartsWith("+OK", StringComparison.Ordinal) ? Reply.Done : Reply.Refused,
        MailProtocol.Lmtp => ReadLmtp(step, line),
        MailProtocol.Http => ReadHttp(line),
        _ => ReadSieve(step, line),
    };

    private static Reply ReadImap(Step step, string line)
    {
        if (step == Step.Greeting)
        {
            var greets = line.StartsWith("* OK", StringComparison.OrdinalIgnoreCase)
                || line.StartsWith("* PREAUTH", StringComparison.OrdinalIgnoreCase);
            return greets ? Reply.Done : Reply.Refused;
        }
        if (line.StartsWith("* BYE", StringComparison.OrdinalIgnoreCase))
            return Reply.Refused;
        if (line.StartsWith('*'))
            return Reply.More;
        return line.StartsWith(Tag + " OK", StringComparison.OrdinalIgnoreCase) ? Reply.Done : Reply.Refused;
    }

    private static Reply ReadLmtp(Step step, string line)
    {
        var code = step == Step.Hello ? "250" : "220";
        if (!line.StartsWith(code, StringComparison.Ordinal))
            return Reply.Refused;
        return line.Length > 3 && line[3] == '-' ? Reply.More : Reply.Done;
    }

    /// <summary>
    /// Any answer about the request will do, a refusal of it too (401, 403, 404): what is proved is that httpd speaks. 5xx says that it cannot.
    /// </summary>
    private static Reply ReadHttp(string line)
    {
        var isAnswer = line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && line.Length >= 12 && line[9] is >= '2' and <= '4';
        return isAnswer ? Reply.Done : Reply.Refused;
    }

    private static Reply ReadSieve(Step step, string line)
    {
        if (line.StartsWith("OK", StringComparison.OrdinalIgnoreCase))
            return Reply.Done;
        // Capabilities are quoted strings; they come before the OK of the greeting only.
        return step == Step.Greeting && line.StartsWith('"') ? Reply.More : Reply.Refused;
    }
}
