using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Reload;

/// <summary>Says whether a SIGHUP to the master would break something now. Pure.</summary>
internal static class QuietRules
{
    /// <summary>A second SIGHUP within this time kills starting workers, and five of them disable the service (measured on 3.6.1).</summary>
    public static readonly TimeSpan BetweenSignals = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest that new connections may be kept waiting in the backlog.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Things that the signal could break: sessions (the master forwards SIGHUP to busy workers, and a client read in progress fails), workers
    /// that have no handler yet, running jobs (master.c:send_sighup hits them too). Every session counts: a refinement by its state belongs here.
    /// </summary>
    public static int AtRisk(WorkerScan scan)
    {
        var risk = scan.Jobs;
        foreach (var worker in scan.Workers)
        {
            if (worker.State != WorkerState.Idle)
                risk++;
        }
        return risk;
    }
}

/// <summary>Finds the moment in which the master can be signalled without breaking a session. Not thread-safe.</summary>
internal sealed class QuietGate(ProcFs proc, WorkerScanner scanner, HeldFile held, TimeProvider time)
{
    // A signal by an engine that died a moment ago is not known: the start counts as one.
    private long _signalledAt = time.GetTimestamp();

    /// <summary>
    /// Tries once. When nothing is at risk while all idle workers are held, runs <paramref name="before"/>, sends SIGHUP to the master and
    /// continues the workers.
    /// </summary>
    /// <returns>0 when the master was signalled; otherwise how much is at risk now (at least 1).</returns>
    public int TrySignal(MasterProcess master, Action before)
    {
        if (time.GetElapsedTime(_signalledAt) < QuietRules.BetweenSignals)
            return 1;
        var scan = scanner.Scan(master);
        if (QuietRules.AtRisk(scan) is > 0 and var risk)
            return risk;

        using var handle = PidHandle.Open(proc, master.Pid, master.Start);
        if (handle is null)
            return 1;
        using var hold = Hold.Take(proc, held, scan.Workers);
        if (RiskWhileHeld(master, hold, scan) is > 0 and var late)
            return late;
        before();
        if (!handle.Send(Signal.Hangup))
            return 1;
        _signalledAt = time.GetTimestamp();
        return 0;
    }

    /// <summary>Looks again now that no idle worker can begin a session: busy ones, new ones, and whether the hold lasted too long.</summary>
    private int RiskWhileHeld(MasterProcess master, Hold hold, WorkerScan before)
    {
        var risk = 0;
        for (var index = 0; index < hold.Count; index++)
        {
            if (hold[index].State != HeldState.Idle)
                risk++;
        }
        var now = scanner.Scan(master);
        risk += QuietRules.AtRisk(now);
        if (now.Workers.Count != before.Workers.Count || hold.Elapsed > QuietRules.LongestHold)
            risk++;
        return risk;
    }
}
