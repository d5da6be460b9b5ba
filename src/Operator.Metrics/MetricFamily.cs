namespace Operator.Metrics;

/// <summary>A metric with all its series.</summary>
/// <param name="Name">A Prometheus name.</param>
/// <param name="Help">For people.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Series">In the order in which they are written.</param>
public sealed record MetricFamily(string Name, string Help, MetricType Type, IReadOnlyList<MetricSeries> Series);

/// <summary>One combination of labels and its value.</summary>
/// <param name="Labels">Names and values.</param>
/// <param name="Value">The value; of a histogram, the sum of all observations.</param>
/// <param name="Buckets">
/// Of a histogram: upper bounds in ascending order, the last infinite, and how many observations fell into each alone.
/// </param>
public sealed record MetricSeries(
    IReadOnlyList<KeyValuePair<string, string>> Labels, double Value, IReadOnlyList<(double UpTo, long Count)>? Buckets = null);
