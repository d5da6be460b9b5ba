using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>
/// Knows the old workers whose session has ended and who are on their way out. Once a generation is sealed such a worker cannot accept
/// again (ADR 0002), but for some milliseconds it looks like an idle one; it must not count as stale, or each end of an old session
/// would shake the server's health. One that stays longer than <see cref="Patience"/> is stale after all. Not thread-safe.
/// </summary>
internal sealed class LeavingWorkers(TimeProvider time)
{
    /// <summary>
    /// How long a worker may take from the end of its session to its exit: long enough for hundreds that end at once on a busy node, since
    /// nobody depends on it. It says when something else must be wrong.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private Dictionary<(int Pid, long Start), long?> _idleSince = []; // null: still in its session
    private long _epoch;

    /// <summary>Takes note of one scan that was made when the generation of <paramref name="epoch"/> was sealed.</summary>
    public void Note(IReadOnlyList<Worker> workers, long epoch)
    {
        if (_epoch != epoch)
            Clear();
        _epoch = epoch;
        var next = new Dictionary<(int, long), long?>();
        foreach (var worker in workers)
        {
            var key = (worker.Pid, worker.Start);
            if (!worker.IsOld(epoch))
                continue;
            if (worker.State == WorkerState.InSession)
                next[key] = null;
            else if (_idleSince.TryGetValue(key, out var since))
                next[key] = since ?? time.GetTimestamp();
        }
        _idleSince = next;
    }

    /// <summary>Forgets all: nothing is known of workers before the seal.</summary>
    public void Clear() => _idleSince.Clear();

    /// <summary>Whether <paramref name="worker"/> has ended its session and is about to exit.</summary>
    public bool Contains(Worker worker) =>
        worker.State == WorkerState.Idle
        && _idleSince.TryGetValue((worker.Pid, worker.Start), out var since)
        && since is { } idleSince
        && time.GetElapsedTime(idleSince) < Patience;
}
