namespace Operator.Metrics;

/// <summary>Durations by one label, for programs without meters. Safe for concurrent use.</summary>
/// <param name="bounds">Upper bounds in ascending order; the infinite one is added.</param>
public sealed class SecondsHistograms(params IReadOnlyList<double> bounds)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, (double Sum, long[] Counts)> series = new(StringComparer.Ordinal);

    /// <summary>One more.</summary>
    /// <param name="label">The value of the label.</param>
    /// <param name="seconds">How long it took.</param>
    public void Record(string label, double seconds)
    {
        lock (gate)
        {
            var (sum, counts) = series.TryGetValue(label, out var known) ? known : (0, new long[bounds.Count + 1]);
            var bucket = 0;
            while (bucket < bounds.Count && seconds > bounds[bucket])
                bucket++;
            counts[bucket]++;
            series[label] = (sum + seconds, counts);
        }
    }

    /// <summary>All of them as they are now.</summary>
    public MetricFamily Read(MetricDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        lock (gate)
        {
            return definition.With([.. series.Select(one => definition.Series(
                one.Value.Sum,
                [.. one.Value.Counts.Select((count, i) => (i < bounds.Count ? bounds[i] : double.PositiveInfinity, count))],
                one.Key))]);
        }
    }
}
