using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Informers;

/// <summary>What an informer's loop has done. One writer; any number of readers.</summary>
internal sealed class InformerCounters(TimeProvider time)
{
    private long lists;
    private long watches;
    private long shortWatches;
    private long failures;
    private long progressAt = time.GetTimestamp();

    /// <summary>A list begins.</summary>
    public void ListBegins() => Count(ref lists);

    /// <summary>A watch begins.</summary>
    public void WatchBegins() => Count(ref watches);

    /// <summary>A watch ended at once and told nothing.</summary>
    public void WatchWasShort() => Count(ref shortWatches);

    /// <summary>A list or watch failed.</summary>
    public void Failed() => Count(ref failures);

    /// <summary>Something came from the server.</summary>
    public void Progress() => Volatile.Write(ref progressAt, time.GetTimestamp());

    /// <summary>All of it at this moment.</summary>
    public InformerReading Read(string name, bool hasSynced, int items) => new(
        name,
        hasSynced,
        items,
        Volatile.Read(ref lists),
        Volatile.Read(ref watches),
        Volatile.Read(ref shortWatches),
        Volatile.Read(ref failures),
        time.GetElapsedTime(Volatile.Read(ref progressAt)));

    private void Count(ref long counter)
    {
        Volatile.Write(ref counter, counter + 1);
        Progress();
    }
}
