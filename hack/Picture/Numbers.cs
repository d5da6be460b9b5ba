using System.Globalization;

namespace Picture;

/// <summary>Numbers as a dashboard shows them.</summary>
internal static class Numbers
{
    /// <summary>A value in a unit of Grafana's.</summary>
    public static string Show(double value, string unit) => unit switch
    {
        "s" => Duration(value),
        "bytes" => $"{Round(value / (1 << 20))} MiB",
        "percentunit" => $"{Round(value * 100)} %",
        "ops" or "reqps" => $"{Round(value)}/s",
        "dateTimeAsIso" => DateTimeOffset.FromUnixTimeMilliseconds((long)value).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        _ => Round(value),
    };

    private static string Duration(double seconds) => Math.Abs(seconds) switch
    {
        0 => "0",
        < 1 => $"{Round(seconds * 1000)} ms",
        < 120 => $"{Round(seconds)} s",
        < 7200 => $"{Round(seconds / 60)} min",
        < 2 * 86400 => $"{Round(seconds / 3600)} h",
        _ => $"{Round(seconds / 86400)} d",
    };

    private static string Round(double value) => value.ToString(Math.Abs(value) < 10 ? "0.##" : "0", CultureInfo.InvariantCulture);
}
