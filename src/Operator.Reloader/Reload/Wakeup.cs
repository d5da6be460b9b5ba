namespace Operator.Reloader.Reload;

/// <summary>Ends the engine's wait when the mounted volume changes. Only a hint: the world is read afresh on every turn, woken or not.</summary>
internal sealed class Wakeup : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);
    private readonly string _directory;
    private FileSystemWatcher? _watcher;

    /// <summary>Watches a directory; when it cannot be watched (yet), the wait just lasts its full time.</summary>
    public Wakeup(string directory) => _directory = directory;

    /// <summary>Waits for a change or for the end of <paramref name="limit"/>.</summary>
    public async Task WaitAsync(TimeSpan limit, CancellationToken stop)
    {
        _watcher ??= Watch();
        await _signal.WaitAsync(limit, stop);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watcher?.Dispose();
        _signal.Dispose();
    }

    private FileSystemWatcher? Watch()
    {
        if (!Directory.Exists(_directory))
            return null;
        // kubelet renames ..data; a plain directory in a test sees its files written.
        var watcher = new FileSystemWatcher(_directory)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite,
        };
        watcher.Created += Wake;
        watcher.Renamed += Wake;
        watcher.Changed += Wake;
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private void Wake(object sender, FileSystemEventArgs change)
    {
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already awake.
        }
    }
}
