using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>What is to be done to one worker.</summary>
internal enum WorkerAction
{
    /// <summary>Nothing: it is fresh, starting, in a session, or has just been signalled.</summary>
    Leave,

    /// <summary>Stop it, look again, SIGHUP when it is still idle, continue it.</summary>
    HangUp,

    /// <summary>It has its SIGHUP and waits for the accept lock: one SIGALRM ends that wait.</summary>
    Flush,

    /// <summary>It waits for a connection and hears no SIGHUP: one connection of our own, so that no client meets it.</summary>
    Poke,
}

/// <summary>What has been sent to one worker.</summary>
/// <param name="HungUpAt">Timestamp of the last SIGHUP.</param>
/// <param name="HangUps">How many SIGHUPs it had.</param>
/// <param name="IsFlushed">Whether it had its one SIGALRM: the handler is gone after it (SA_RESETHAND), so a second would kill.</param>
/// <param name="IsPoked">Whether it had its one connection.</param>
internal readonly record struct SentSignals(long HungUpAt, int HangUps, bool IsFlushed, bool IsPoked);

/// <summary>
/// The rules by which old workers are replaced. Pure. Facts: SIGHUP makes a worker in pselect leave at once unless it arrived between
/// the loop's check and pselect (lib/signals.c:signals_select does not block it); in the wait for the accept lock it only sets a flag.
/// </summary>
internal static class ReplacementRules
{
    /// <summary>How long a signalled worker may take before it counts as one that missed its signal.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>After so many SIGHUPs, each sent while it waited, another will not help either.</summary>
    public const int MostHangUps = 10;

    /// <summary>What to do to a worker.</summary>
    /// <param name="worker">The worker as just seen.</param>
    /// <param name="epoch">Ticks of the flip.</param>
    /// <param name="sent">What it was sent; null for nothing.</param>
    /// <param name="sinceHangUp">Time since its last SIGHUP.</param>
    /// <param name="waitsForLock">Whether it has handled its SIGHUP and waits for the accept lock again; asked only when it matters.</param>
    public static WorkerAction Next(Worker worker, long epoch, SentSignals? sent, TimeSpan sinceHangUp, Func<bool> waitsForLock)
    {
        if (!worker.IsOld(epoch) || worker.State != WorkerState.Idle)
            return WorkerAction.Leave;
        if (sent is not { } signals)
            return WorkerAction.HangUp;
        // At once: when one that was told to leave gets the lock first, a client waits until it has left and the next has the lock.
        if (waitsForLock())
            return signals.IsFlushed ? WorkerAction.Leave : WorkerAction.Flush;
        if (sinceHangUp < Patience)
            return WorkerAction.Leave;
        return signals.HangUps >= MostHangUps && !signals.IsPoked ? WorkerAction.Poke : WorkerAction.HangUp;
    }
}
