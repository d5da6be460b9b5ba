namespace Operator.Metrics;

/// <summary>What kind of number a metric is, as Prometheus understands it.</summary>
public enum MetricType
{
    /// <summary>It only grows, from the process' start.</summary>
    Counter,

    /// <summary>How something stands.</summary>
    Gauge,

    /// <summary>How many observations there were up to each of some bounds.</summary>
    Histogram,
}

/// <summary>What is written down about a metric; the code that measures it and the reference both take it from here.</summary>
/// <param name="Name">A Prometheus name; of a counter it ends with <c>_total</c>.</param>
/// <param name="Type">Its kind.</param>
/// <param name="Help">For people: what the number says.</param>
/// <param name="Labels">The names of its labels, in the order in which they are written.</param>
public sealed record MetricDefinition(string Name, MetricType Type, string Help, params IReadOnlyList<string> Labels)
{
    /// <summary>It with its series.</summary>
    public MetricFamily With(params IReadOnlyList<MetricSeries> series) => new(Name, Help, Type, series);

    /// <summary>One series of it.</summary>
    /// <param name="value">Its value.</param>
    /// <param name="labels">The values of <see cref="Labels"/>.</param>
    public MetricSeries Series(double value, params ReadOnlySpan<string> labels) => new(Pair(labels), value);

    /// <summary>One series of a histogram.</summary>
    /// <param name="sum">The sum of all observations.</param>
    /// <param name="buckets">Upper bounds and how many fell into each alone.</param>
    /// <param name="labels">The values of <see cref="Labels"/>.</param>
    public MetricSeries Series(double sum, IReadOnlyList<(double UpTo, long Count)> buckets, params ReadOnlySpan<string> labels) =>
        new(Pair(labels), sum, buckets);

    private KeyValuePair<string, string>[] Pair(ReadOnlySpan<string> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, Labels.Count);
        var named = new KeyValuePair<string, string>[values.Length];
        for (var i = 0; i < values.Length; i++)
            named[i] = new(Labels[i], values[i]);
        return named;
    }
}
