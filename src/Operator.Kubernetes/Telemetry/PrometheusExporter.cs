using System.Diagnostics.Metrics;

namespace Operator.Kubernetes.Telemetry;

/// <summary>
/// Listens to meters and tells what they measured as Prometheus text. Instruments carry Prometheus names; a histogram's buckets are its
/// advice. What was measured before it was made is not known to it. Serves no HTTP.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>Media type of what <see cref="Write"/> returns.</summary>
    public const string ContentType = PrometheusText.ContentType;

    private readonly MeterListener listener = new();
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
    public string Write()
    {
        listener.RecordObservableInstruments();
        lock (gate)
            return PrometheusText.Write(series.Values.Select(static one => one.Read()).Where(static family => family.Series.Count > 0));
    }

    /// <summary>Listens no more.</summary>
    public void Dispose() => listener.Dispose();

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
