namespace Operator.Reloader.Reload;

/// <summary>
/// Gives back to the system, once after each reload, what it left behind: an engine that then only looks around allocates so little that nothing else
/// would make the collector run for hours. Not thread-safe.
/// </summary>
/// <param name="collect">Collects.</param>
internal sealed class RestingMemory(Action collect)
{
    private bool _hasWorked = true; // the start is work, too

    /// <summary>With the process' own collector.</summary>
    public static RestingMemory OfProcess() => new(static () =>
    {
        Collect();
        GC.WaitForPendingFinalizers(); // of connections and certificates, which hold memory until then
        Collect();
    });

    /// <summary>Something was done that leaves garbage behind.</summary>
    public void Work() => _hasWorked = true;

    /// <summary>There is nothing to do but to look around.</summary>
    public void Rest()
    {
        if (!_hasWorked)
            return;
        _hasWorked = false;
        collect();
    }

    private static void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
