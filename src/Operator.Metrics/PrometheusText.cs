using System.Globalization;
using System.Text;

namespace Operator.Metrics;

/// <summary>
/// Writes metrics as text: escapes, cumulative buckets up to +Inf, sum and count. The two forms differ little: in OpenMetrics a counter's family
/// goes without <c>_total</c>, a unit has a line of its own, and the end is marked.
/// </summary>
public static class PrometheusText
{
    private const string Total = "_total";
    private static readonly string[] s_units = ["seconds", "bytes"];

    /// <summary>The text; every line ends with a line feed.</summary>
    public static string Write(IEnumerable<MetricFamily> families, MetricsFormat format)
    {
        ArgumentNullException.ThrowIfNull(families);
        var isOpen = format == MetricsFormat.OpenMetrics;
        var text = new StringBuilder();
        foreach (var family in families)
        {
            WriteHead(text, family, isOpen);
            foreach (var series in family.Series)
                Write(text, family.Name, series, isOpen);
        }
        if (isOpen)
            text.Append("# EOF\n");
        return text.ToString();
    }

    private static void WriteHead(StringBuilder text, MetricFamily family, bool isOpen)
    {
        var name = isOpen && family.Type == MetricType.Counter && family.Name.EndsWith(Total, StringComparison.Ordinal)
            ? family.Name[..^Total.Length]
            : family.Name;
        text.Append("# HELP ").Append(name).Append(' ').Append(Escape(family.Help, quotes: isOpen)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(Word(family.Type)).Append('\n');
        if (isOpen && Array.Find(s_units, unit => name.EndsWith("_" + unit, StringComparison.Ordinal)) is { } unit)
            text.Append("# UNIT ").Append(name).Append(' ').Append(unit).Append('\n');
    }

    private static void Write(StringBuilder text, string name, MetricSeries series, bool isOpen)
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
            Sample(text, name + "_bucket", series.Labels, Bound(upTo, isOpen), count);
        }
        Sample(text, name + "_sum", series.Labels, null, series.Value);
        Sample(text, name + "_count", series.Labels, null, count);
    }

    private static void Sample(
        StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, string>> labels, string? upTo, double value)
    {
        text.Append(name);
        var separator = '{';
        foreach (var (label, content) in labels)
        {
            text.Append(separator).Append(label).Append("=\"").Append(Escape(content, quotes: true)).Append('"');
            separator = ',';
        }
        if (upTo is not null)
        {
            text.Append(separator).Append("le=\"").Append(upTo).Append('"');
            separator = ',';
        }
        text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Word(MetricType type) => type switch
    {
        MetricType.Counter => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    // OpenMetrics wants a bound to look like a float: 1 and 1.0 would be two series.
    private static string Bound(double upTo, bool isOpen)
    {
        var number = Number(upTo);
        return isOpen && number.All(char.IsAsciiDigit) ? number + ".0" : number;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
