using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Operator.Reloader.Syslog;

/// <summary>One line that a Cyrus process gave to syslog, as images/cyrus/preload/line.c writes it.</summary>
/// <param name="Time">When the process wrote it.</param>
/// <param name="Level">emerg, alert, crit, err, warning, notice, info or debug.</param>
/// <param name="Service">The service's name in cyrus.conf; "master" for the master, and the program's name for everything else.</param>
/// <param name="Pid">The process.</param>
/// <param name="Message">What it said.</param>
internal sealed record SyslogLine(DateTimeOffset Time, string Level, string Service, int Pid, string Message)
{
    private const int LongestQuote = 300;

    /// <summary>Whether the process could not do what it should: a fatal error is one of these.</summary>
    public bool IsError => Level is "emerg" or "alert" or "crit" or "err";

    /// <summary>Only what is sent to the sidecar has it.</summary>
    public SyslogCount? Count { get; init; }

    /// <summary>A message as a part of another one: one line of at most 300 characters.</summary>
    public static string Shorten(string text)
    {
        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length > LongestQuote ? text[..LongestQuote] : text;
    }

    /// <summary>Reads a line; false when it is something else.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out SyslogLine? line)
    {
        line = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            line = new SyslogLine(
                root.GetProperty("time").GetDateTimeOffset(),
                root.GetProperty("level").GetString() ?? "",
                root.GetProperty("service").GetString() ?? "",
                root.GetProperty("pid").GetInt32(),
                root.GetProperty("message").GetString() ?? "")
            {
                Count = root.TryGetProperty("number", out var number) ? ReadCount(root, number.GetInt64()) : null,
            };
            return true;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false; // anybody in the pod may write to the socket, and anything to stderr
        }
    }

    private static SyslogCount ReadCount(JsonElement root, long number)
    {
        var count = new SyslogCount(root.GetProperty("origin").GetInt64(), number, root.GetProperty("unsent").GetInt64(), root.GetProperty("lostInAll").GetInt64());
        return IsCount(number) && IsCount(count.Unsent) && IsCount(count.LostLines) ? count : throw new FormatException("No process has said so much.");
    }

    // What is made up must not be added up to more than a number holds.
    private static bool IsCount(long number) => number is >= 0 and <= SyslogCount.Most;
}
