using System.Globalization;
using System.Text.Json;

namespace Picture;

/// <summary>A series: its labels, and its points as moments (seconds since 1970) and values.</summary>
internal sealed record Series(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<(double At, double Value)> Points);

/// <summary>Asks Prometheus for six hours up to a moment.</summary>
internal sealed class PrometheusApi(Uri address, DateTimeOffset end) : IDisposable
{
    private const int Step = 60;

    private readonly HttpClient http = new(new HttpClientHandler { UseProxy = false }) { BaseAddress = address };

    /// <summary>Where the picture begins.</summary>
    public double From => To - (6 * 3600);

    /// <summary>Where it ends.</summary>
    public double To { get; } = end.ToUnixTimeSeconds();

    /// <summary>A value for each minute.</summary>
    public Task<IReadOnlyList<Series>> RangeAsync(string expression) =>
        AskAsync($"/api/v1/query_range?start={From}&end={To}&step={Step}&query={Uri.EscapeDataString(expression)}", "values");

    /// <summary>The value at the end.</summary>
    public Task<IReadOnlyList<Series>> NowAsync(string expression) => AskAsync($"/api/v1/query?time={To}&query={Uri.EscapeDataString(expression)}", "value");

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<IReadOnlyList<Series>> AskAsync(string path, string points)
    {
        using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative)));
        return [.. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(one => new Series(
            one.GetProperty("metric").EnumerateObject().ToDictionary(static label => label.Name, static label => label.Value.GetString()!, StringComparer.Ordinal),
            points == "value" ? [Point(one.GetProperty(points))] : [.. one.GetProperty(points).EnumerateArray().Select(Point)]))];
    }

    private static (double At, double Value) Point(JsonElement pair) => (pair[0].GetDouble(), double.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture));
}
