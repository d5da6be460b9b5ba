using System.Text.Json;

namespace Operator.Entities.Contract;

/// <summary>
/// What a report may say. One that was made with the right key still comes from a pod that may not be its own any more; its words go into the status, into
/// Events, labels of metrics and the next request, so nothing may be in it that one of them could not take. Pure.
/// </summary>
internal static class ReportRules
{
    private const int LongestName = 128, LongestText = 2048, LongestList = 1000, MostPhases = 32;
    private const int MostWorkers = 1_000_000, MostSessions = 1_000_000_000;
    private const double MostSeconds = 1e9;

    /// <summary>The report, with what is too long cut.</summary>
    /// <exception cref="JsonException">No sidecar would say that.</exception>
    public static ReloadReport Check(ReloadReport report) => FaultOf(report) is { } fault
        ? throw new JsonException($"The report has {fault}.")
        : report with
        {
            Message = Cut(report.Message),
            Saturated = [.. report.Saturated.Take(LongestList).Select(static one => one with { Service = Cut(one.Service)! })],
            PendingRestart = Cut(report.PendingRestart),
            UnreloadedServices = Cut(report.UnreloadedServices),
            Certificates = [.. report.Certificates.Take(LongestList).Select(static one => one with { Service = Cut(one.Service)!, Subject = Cut(one.Subject)! })],
        };

    private static string? FaultOf(ReloadReport report) =>
        report.Instance is not { Length: > 0 and <= LongestName } ? "no instance"
        : Digests(report).Any(static digest => digest?.Length > LongestName) ? "a digest that is none"
        : report.Reason is { } reason && !IsWord(reason) ? "a reason that is no word"
        : !HasTexts(report) ? "an entry without its text"
        : !HasCounts(report) ? "a count that cannot be"
        : report.PhaseSeconds.Count > MostPhases || !report.PhaseSeconds.All(static one => IsWord(one.Key) && one.Value is >= 0 and <= MostSeconds) ? "a phase that cannot be"
        : null;

    private static string?[] Digests(ReloadReport report) => [report.Desired, report.Mounted, report.Active, report.Served, report.Rejected];

    private static bool IsWord(string text) => text.Length is > 0 and <= LongestName && text.All(char.IsAsciiLetterOrDigit);

    // The deserializer knows nothing of what a list may hold, and takes a null for every text.
    private static bool HasTexts(ReloadReport report) =>
        report.Saturated.All(static one => one is { Service: not null })
        && report.PendingRestart.Concat(report.UnreloadedServices).All(static one => one is not null)
        && report.Certificates.All(static one => one is { Service: not null, Subject: not null, Sha256.Length: <= LongestName });

    private static bool HasCounts(ReloadReport report)
    {
        var (workers, sent) = (report.Workers, report.Disconnected);
        int[] counts = [workers.Fresh, workers.Stale, workers.Draining, workers.Starting, workers.Sessions, report.AtRisk, .. report.Saturated.Select(static one => one.Draining)];
        return counts.All(static count => count is >= 0 and <= MostWorkers) && sent is { Told: >= 0 and <= MostSessions, Terminated: >= 0 and <= MostSessions };
    }

    private static IReadOnlyList<string> Cut(IReadOnlyList<string> texts) => [.. texts.Take(LongestList).Select(static text => Cut(text)!)];

    private static string? Cut(string? text)
    {
        if (text is not { Length: > LongestText })
            return text;
        var end = char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText;
        return text[..end];
    }
}
