using System.Globalization;
using System.Text;
using Operator.Entities.Contract;

namespace Operator.Reloader.Reports;

/// <summary>
/// The report as metrics, in the Prometheus text format 0.0.4. Nothing of it is secret, and no label grows with users or sessions. Pure.
/// </summary>
internal static class MetricsText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string Prefix = "cyrus_reloader_";
    private const int ShortDigest = 12;
    private const string Gauge = "gauge";

    /// <summary>Writes all metrics.</summary>
    /// <param name="report">The report.</param>
    /// <param name="outcomes">How reloads ended.</param>
    /// <param name="build">The sidecar's version.</param>
    public static string Write(ReloadReport report, ReloadOutcomes outcomes, string build)
    {
        var text = new StringBuilder();
        Family(text, "build_info", Gauge, "The sidecar's version, and the version of its report.");
        Sample(text, "build_info", 1, ("version", build), ("report_version", ReloadReport.NewestVersion.ToString(CultureInfo.InvariantCulture)));
        WritePhases(text, report);
        WriteWorkers(text, report);
        WriteGenerations(text, report);
        Family(text, "reloads_total", "counter", "Reloads since the sidecar's start, by how they ended.");
        foreach (var outcome in Enum.GetValues<ReloadOutcome>())
            Sample(text, "reloads_total", outcomes[outcome], ("outcome", Word(outcome.ToString())));
        return text.ToString();
    }

    private static void WritePhases(StringBuilder text, ReloadReport report)
    {
        Family(text, "phase", Gauge, "1 for what the sidecar is doing, 0 for the rest.");
        foreach (var phase in Enum.GetValues<ReloadPhase>().Where(static phase => phase != ReloadPhase.Unknown))
            Sample(text, "phase", report.Phase == phase ? 1 : 0, ("phase", Word(phase.ToString())));
        Family(text, "last_reload_phase_seconds", Gauge, "Seconds that the last reload spent in each phase.");
        foreach (var (phase, seconds) in report.PhaseSeconds.OrderBy(static phase => phase.Key, StringComparer.Ordinal))
            Sample(text, "last_reload_phase_seconds", seconds, ("phase", Word(phase)));
    }

    private static void WriteWorkers(StringBuilder text, ReloadReport report)
    {
        var workers = report.Workers;
        Family(text, "workers", Gauge, "Cyrus' workers by their age against the last reload; draining ones are in a session that began before it.");
        foreach (var (state, count) in (ReadOnlySpan<(string, int)>)
            [("fresh", workers.Fresh), ("stale", workers.Stale), ("draining", workers.Draining), ("starting", workers.Starting)])
        {
            Sample(text, "workers", count, ("state", state));
        }
        Family(text, "sessions", Gauge, "Workers in a session, of any age.");
        Sample(text, "sessions", workers.Sessions);
        Family(text, "saturated_service_sessions", Gauge, "Old sessions of a service that is full because of them, so that new connections wait.");
        foreach (var service in report.Saturated)
            Sample(text, "saturated_service_sessions", service.Draining, ("service", service.Service));
    }

    private static void WriteGenerations(StringBuilder text, ReloadReport report)
    {
        Family(text, "generation_info", Gauge, "The first digits of the digests that are desired, mounted, active, and proved on the wire.");
        foreach (var (role, digest) in (ReadOnlySpan<(string, string?)>)
            [("desired", report.Desired), ("mounted", report.Mounted), ("active", report.Active), ("served", report.Served), ("rejected", report.Rejected)])
        {
            if (digest is not null)
                Sample(text, "generation_info", 1, ("role", role), ("digest", digest.Length > ShortDigest ? digest[..ShortDigest] : digest));
        }
        Family(text, "certificate_not_after_timestamp_seconds", Gauge, "When the served certificate expires, in seconds since 1970; the earliest of a listener.");
        foreach (var one in report.Certificates.GroupBy(static certificate => (certificate.Service, certificate.Port)))
        {
            var port = one.Key.Port.ToString(CultureInfo.InvariantCulture);
            Sample(
                text,
                "certificate_not_after_timestamp_seconds",
                one.Min(static certificate => certificate.NotAfter).ToUnixTimeSeconds(),
                ("service", one.Key.Service),
                ("port", port));
        }
    }

    private static void Family(StringBuilder text, string name, string type, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Prefix}{name} {help}\n# TYPE {Prefix}{name} {type}\n");

    private static void Sample(StringBuilder text, string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        text.Append(Prefix).Append(name);
        var before = '{';
        foreach (var (label, content) in labels)
        {
            text.Append(before).Append(label).Append("=\"").Append(Escape(content)).Append('"');
            before = ',';
        }
        text.Append(before == ',' ? "} " : " ").Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A CamelCase word as label values have it: <c>awaiting_quiet</c>.</summary>
    private static string Word(string name) =>
        string.Concat(name.Select(static (letter, at) => char.IsUpper(letter) ? $"{(at == 0 ? "" : "_")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
