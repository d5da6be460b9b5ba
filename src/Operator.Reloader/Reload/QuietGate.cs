using Operator.Entities.Contract;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Reload;

/// <summary>What a SIGHUP to the master would meet.</summary>
/// <param name="Starting">Workers without a handler yet: the signal kills them, and five of them disable the service.</param>
/// <param name="Sessions">Sessions that it may break: the master forwards it to busy workers, and a client read in progress fails.</param>
/// <param name="Jobs">Running jobs, which it kills (master.c:send_sighup).</param>
internal readonly record struct Risk(int Starting, int Sessions, int Jobs)
{
    /// <summary>All of it.</summary>
    public int Total => Starting + Sessions + Jobs;

    /// <summary>What cannot be accepted even when the user says to go ahead.</summary>
    public bool IsForbidden => Starting > 0;
}

/// <summary>What came of a try to signal the master.</summary>
/// <param name="IsDone">Whether the master was signalled.</param>
/// <param name="Risk">What was at risk, or is.</param>
internal readonly record struct GateResult(bool IsDone, Risk Risk);

/// <summary>Says whether a SIGHUP to the master may be sent now. Pure.</summary>
internal static class QuietRules
{
    /// <summary>A second SIGHUP within this time kills starting workers (measured on 3.6.1).</summary>
    public static readonly TimeSpan BetweenSignals = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest that new connections may be kept waiting in the backlog.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(100);

    /// <summary>Counts what is at risk.</summary>
    /// <param name="scan">The workers.</param>
    /// <param name="isSafe">Whether a session is in a state that the signal does not break.</param>
    public static Risk Assess(WorkerScan scan, Func<Worker, bool> isSafe)
    {
        int starting = 0, sessions = 0;
        foreach (var worker in scan.Workers)
        {
            if (worker.State == WorkerState.Starting)
                starting++;
            else if (worker.HasClients || (worker.State == WorkerState.InSession && !isSafe(worker)))
                sessions++;
        }
        return new Risk(starting, sessions, scan.Jobs);
    }

    /// <summary>Whether the signal may be sent.</summary>
    public static bool MaySignal(Risk risk, bool force) => risk.Total == 0 || (force && !risk.IsForbidden);

    /// <summary>What to do after waiting in vain for <paramref name="waited"/>.</summary>
    public static NotQuietPolicy Next(ReloadSettings settings, TimeSpan waited) =>
        waited < TimeSpan.FromSeconds(settings.QuietTimeoutSeconds) ? NotQuietPolicy.Wait : settings.WhenNotQuiet;
}

/// <summary>Finds the moment in which the master can be signalled without breaking a session. Not thread-safe.</summary>
internal sealed class QuietGate(ProcFs proc, WorkerScanner scanner, SessionNotes notes, HeldFile held, TimeProvider time)
{
    // A signal by an engine that died a moment ago is not known: the start counts as one.
    private long _signalledAt = time.GetTimestamp();

    /// <summary>
    /// Tries once. When nothing is at risk while all idle workers are held, runs <paramref name="before"/>, sends SIGHUP to the master and
    /// continues the workers.
    /// </summary>
    /// <param name="master">The running master.</param>
    /// <param name="before">Done at the quiet moment, before the signal.</param>
    /// <param name="force">Whether sessions and jobs may be put at risk; starting workers never are.</param>
    public GateResult TrySignal(MasterProcess master, Action before, bool force)
    {
        if (time.GetElapsedTime(_signalledAt) < QuietRules.BetweenSignals)
            return new GateResult(false, new Risk(Starting: 1, 0, 0));
        var scan = scanner.Scan(master);
        var early = QuietRules.Assess(scan, notes.IsIdling);
        if (!QuietRules.MaySignal(early, force))
            return new GateResult(false, early);

        using var handle = PidHandle.Open(proc, master.Pid, master.Start);
        if (handle is null)
            return new GateResult(false, new Risk(Starting: 1, 0, 0));
        var others = new OtherSockets();
        others.Learn(proc, scan.Workers);
        using var hold = Hold.Take(proc, held, [.. scan.Workers.Where(static worker => worker.State == WorkerState.Idle)], others);
        var late = RiskWhileHeld(master, hold, scan);
        if (!QuietRules.MaySignal(late, force))
            return new GateResult(false, late);
        before();
        if (!handle.Send(Signal.Hangup))
            return new GateResult(false, new Risk(Starting: 1, 0, 0));
        _signalledAt = time.GetTimestamp();
        return new GateResult(true, late);
    }

    /// <summary>Looks again now that no idle worker can begin a session: busy ones, new ones, and whether the hold lasted too long.</summary>
    private Risk RiskWhileHeld(MasterProcess master, Hold hold, WorkerScan before)
    {
        int accepted = 0, unknown = 0;
        for (var index = 0; index < hold.Count; index++)
        {
            accepted += hold[index].State == HeldState.Busy ? 1 : 0;
            unknown += hold[index].State == HeldState.Unknown ? 1 : 0;
        }
        var now = scanner.Scan(master);
        if (now.Workers.Count != before.Workers.Count || hold.Elapsed > QuietRules.LongestHold)
            unknown++;
        var risk = QuietRules.Assess(now, notes.IsIdling);
        // A client that was accepted but is not on descriptor 0 yet is seen by the hold only.
        return risk with { Starting = risk.Starting + unknown, Sessions = Math.Max(risk.Sessions, accepted) };
    }
}
