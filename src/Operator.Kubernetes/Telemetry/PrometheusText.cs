using System.Globalization;
using System.Text;

namespace Operator.Kubernetes.Telemetry;

/// <summary>A metric with all its series.</summary>
/// <param name="Name">A Prometheus name.</param>
/// <param name="Help">For people.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Series">In the order in which they are written.</param>
internal sealed record MetricFamily(string Name, string Help, string Type, IReadOnlyList<MetricSeries> Series);

/// <summary>One combination of labels and its value.</summary>
/// <param name="Labels">Names and values.</param>
/// <param name="Value">The value; of a histogram, the sum of all observations.</param>
/// <param name="Buckets">
/// Of a histogram: upper bounds in ascending order, the last infinite, and how many observations fell into each alone.
/// </param>
internal sealed record MetricSeries(
    IReadOnlyList<KeyValuePair<string, string>> Labels, double Value, IReadOnlyList<(double UpTo, long Count)>? Buckets = null);

/// <summary>
/// Prometheus' text format, version 0.0.4 (prometheus docs, exposition_formats.md): escapes, cumulative buckets up to +Inf, sum and count.
/// </summary>
internal static class PrometheusText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The text; every line ends with a line feed.</summary>
    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(Escape(family.Help, isLabel: false)).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Type).Append('\n');
            foreach (var series in family.Series)
                Write(text, family.Name, series);
        }
        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, MetricSeries series)
    {
        if (series.Buckets is null)
        {
            Sample(text, name, series.Labels, null, series.Value);
            return;
        }
        long count = 0;
        foreach (var (upTo, inBucket) in series.Buckets)
        {
            count += inBucket;
            Sample(text, name + "_bucket", series.Labels, upTo, count);
        }
        Sample(text, name + "_sum", series.Labels, null, series.Value);
        Sample(text, name + "_count", series.Labels, null, count);
    }

    private static void Sample(
        StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, string>> labels, double? upTo, double value)
    {
        text.Append(name);
        var separator = '{';
        foreach (var (label, content) in labels)
        {
            text.Append(separator).Append(label).Append("=\"").Append(Escape(content, isLabel: true)).Append('"');
            separator = ',';
        }
        if (upTo is { } bound)
        {
            text.Append(separator).Append("le=\"").Append(Number(bound)).Append('"');
            separator = ',';
        }
        text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string Escape(string text, bool isLabel)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return isLabel ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
