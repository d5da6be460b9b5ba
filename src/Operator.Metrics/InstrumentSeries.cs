using System.Diagnostics.Metrics;
using System.Globalization;

namespace Operator.Metrics;

/// <summary>The series of one instrument. Safe for concurrent use.</summary>
internal sealed class InstrumentSeries
{
    private readonly string name;
    private readonly string help;
    private readonly MetricType type;
    private readonly bool isSum;
    private readonly bool isObserved;
    private readonly IReadOnlyList<double>? bounds;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Cell> cells = new(StringComparer.Ordinal);

    public InstrumentSeries(Instrument instrument)
    {
        name = instrument.Name;
        help = instrument.Description ?? "";
        bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? (instrument is Histogram<double> ? [] : null);
        var isCounter = instrument is Counter<int> or Counter<long> or Counter<double>
            or ObservableCounter<int> or ObservableCounter<long> or ObservableCounter<double>;
        type = bounds is not null ? MetricType.Histogram : isCounter ? MetricType.Counter : MetricType.Gauge;
        isObserved = instrument.IsObservable;
        // These tell a change, all others how it stands.
        isSum = !isObserved
            && (isCounter || instrument is UpDownCounter<int> or UpDownCounter<long> or UpDownCounter<double>);
    }

    /// <summary>What is observed is asked for after this; whatever is not told then is gone.</summary>
    public void BeginReading()
    {
        if (!isObserved)
            return;
        lock (gate)
            cells.Clear();
    }

    /// <summary>A measurement.</summary>
    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = Key(tags);
        lock (gate)
        {
            if (!cells.TryGetValue(key, out var cell))
                cells.Add(key, cell = new Cell(tags, bounds));
            if (cell.Counts is { } counts)
                counts[BucketOf(value)]++;
            cell.Value = isSum || bounds is not null ? cell.Value + value : value;
        }
    }

    /// <summary>All series as they are now, by their labels.</summary>
    public MetricFamily Read()
    {
        lock (gate)
            return new MetricFamily(name, help, type, [.. cells.Values.Select(cell => cell.Read(bounds))]);
    }

    private int BucketOf(double value)
    {
        var bucket = 0;
        while (bucket < bounds!.Count && value > bounds[bucket])
            bucket++;
        return bucket;
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static string Key(ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length switch
    {
        0 => "",
        1 => Text(tags[0].Value),
        2 => $"{Text(tags[0].Value)}\0{Text(tags[1].Value)}",
        _ => string.Join('\0', tags.ToArray().Select(static tag => Text(tag.Value))),
    };

    private sealed class Cell(ReadOnlySpan<KeyValuePair<string, object?>> tags, IReadOnlyList<double>? bounds)
    {
        private readonly KeyValuePair<string, string>[] labels =
            [.. tags.ToArray().Select(static tag => KeyValuePair.Create(tag.Key, Text(tag.Value)))];

        public double Value { get; set; }

        /// <summary>How many fell into each bucket alone; the last has no upper bound.</summary>
        public long[]? Counts { get; } = bounds is null ? null : new long[bounds.Count + 1];

        public MetricSeries Read(IReadOnlyList<double>? upTo) => new(
            labels,
            Value,
            Counts is null ? null : [.. Counts.Select((count, i) => (i < upTo!.Count ? upTo[i] : double.PositiveInfinity, count))]);
    }
}
