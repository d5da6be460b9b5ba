using System.Diagnostics.Metrics;

namespace Operator.Metrics;

/// <summary>
/// Listens to meters and tells what they measured. Instruments carry Prometheus names; a histogram's buckets are its advice. What was measured
/// before it was made is not known to it. Serves no HTTP.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Lock reading = new();
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, InstrumentSeries> series = new(StringComparer.Ordinal);

    /// <summary>Listens from now on.</summary>
    /// <param name="listensTo">Which meters.</param>
    public PrometheusExporter(Predicate<Meter> listensTo)
    {
        ArgumentNullException.ThrowIfNull(listensTo);
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (listensTo(instrument.Meter))
                own.EnableMeasurementEvents(instrument, Add(instrument));
        };
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((InstrumentSeries)state!).Take(value, tags));
        listener.Start();
    }

    /// <summary>All that is known now, by name.</summary>
    public IReadOnlyList<MetricFamily> Read()
    {
        // One at a time: what is observed is observed anew each time, so that what is gone has no series any more.
        lock (reading)
        {
            foreach (var one in All())
                one.BeginReading();
            listener.RecordObservableInstruments();
            return [.. All().Select(static one => one.Read()).Where(static family => family.Series.Count > 0)];
        }
    }

    /// <summary>The same as text.</summary>
    public string Write(MetricsFormat format) => PrometheusText.Write(Read(), format);

    /// <summary>Listens no more.</summary>
    public void Dispose() => listener.Dispose();

    private InstrumentSeries[] All()
    {
        lock (gate)
            return [.. series.Values];
    }

    private InstrumentSeries Add(Instrument instrument)
    {
        lock (gate)
        {
            if (!series.TryGetValue(instrument.Name, out var known))
                series.Add(instrument.Name, known = new InstrumentSeries(instrument));
            return known;
        }
    }
}
