using System.Globalization;

namespace Operator.Metrics;

/// <summary>The two forms in which metrics are told.</summary>
public sealed class MetricsFormat
{
    private const string OpenMetricsType = "application/openmetrics-text";

    private MetricsFormat(string contentType) => ContentType = contentType;

    /// <summary>Prometheus' text format 0.0.4 (prometheus docs, exposition_formats.md).</summary>
    public static MetricsFormat Text { get; } = new("text/plain; version=0.0.4; charset=utf-8");

    /// <summary>OpenMetrics 1.0.0 (its specification, "Overall structure").</summary>
    public static MetricsFormat OpenMetrics { get; } = new($"{OpenMetricsType}; version=1.0.0; charset=utf-8");

    /// <summary>Its media type.</summary>
    public string ContentType { get; }

    /// <summary>The form that a client prefers; text when it names none that there is.</summary>
    /// <param name="accept">The header Accept (RFC 9110, section 12.5.1); null when there is none.</param>
    public static MetricsFormat For(string? accept)
    {
        double text = 0, open = 0;
        foreach (var range in (accept ?? "").Split(','))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0].Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase) && (Find(parts, "version") ?? "1.0.0") == "1.0.0")
                open = Math.Max(open, Weight(parts));
            else if (parts[0] is "text/plain" or "text/*" or "*/*")
                text = Math.Max(text, Weight(parts));
        }
        return open > 0 && open >= text ? OpenMetrics : Text;
    }

    private static double Weight(string[] parts) =>
        Find(parts, "q") is not { } weight ? 1 : double.TryParse(weight, CultureInfo.InvariantCulture, out var value) ? value : 0;

    private static string? Find(string[] parts, string name)
    {
        foreach (var part in parts.AsSpan(1))
        {
            if (part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase))
                return part[(name.Length + 1)..];
        }
        return null;
    }
}
