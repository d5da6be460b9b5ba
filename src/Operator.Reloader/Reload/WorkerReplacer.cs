using Operator.Reloader.Generations;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Reload;

/// <summary>Carries out <see cref="ReplacementRules"/> on the workers of one scan. Not thread-safe.</summary>
internal sealed class WorkerReplacer(ProcFs proc, HeldFile held, Waves waves, TimeProvider time)
{
    private const int Batch = 64; // so that a hold stays in the order of milliseconds

    private readonly Dictionary<(int Pid, long Start), SentSignals> _sent = [];
    private readonly OtherSockets _others = new();

    /// <summary>Signals the old workers that must go, can be signalled without harm, and whose turn it is.</summary>
    /// <param name="workers">The workers of one scan.</param>
    /// <param name="state">What is known of the active generation.</param>
    /// <param name="isSpent">Whether a worker can answer nobody any more (<see cref="LeavingWorkers"/>): it need not wait for its turn.</param>
    /// <returns>Services of which a worker hears no signal: each must be sent a connection.</returns>
    public IReadOnlyList<string> Replace(IReadOnlyList<Worker> workers, ReloadState state, Func<Worker, bool> isSpent)
    {
        Forget(workers);
        var hangUps = new List<Worker>();
        var first = new List<Worker>();
        var deaf = new List<string>();
        foreach (var worker in workers)
        {
            switch (ActionFor(worker, state.Epoch))
            {
                case WorkerAction.HangUp:
                    (IsTold(worker) || isSpent(worker) ? hangUps : first).Add(worker);
                    break;
                case WorkerAction.Flush:
                    Flush(worker);
                    break;
                case WorkerAction.Poke:
                    Note(worker, static sent => sent with { IsPoked = true });
                    deaf.Add(worker.Service);
                    break;
            }
        }
        if (first.Count > 0)
        {
            if (!waves.HaveBegun)
                _others.Learn(proc, first);
            hangUps.AddRange(waves.Next(first, [.. workers.Where(worker => !isSpent(worker))], IsTold, state));
        }
        else
        {
            waves.End();
            _others.Clear();
        }
        foreach (var batch in hangUps.Chunk(Batch))
            HangUp(batch);
        return deaf;
    }

    /// <summary>Whether an old one waits for a client that nobody has told to leave: its turn is still to come.</summary>
    public bool HasUntold(IReadOnlyList<Worker> workers, long epoch) =>
        workers.Any(worker => worker.IsOld(epoch) && worker.State == WorkerState.Idle && !IsTold(worker));

    /// <summary>Whether one of <paramref name="workers"/> was told to leave and waits still: it must be looked at again soon.</summary>
    public bool IsAwaited(IReadOnlyList<Worker> workers) => workers.Any(IsAwaited);

    private bool IsAwaited(Worker worker) => worker.State == WorkerState.Idle && IsTold(worker);

    private bool IsTold(Worker worker) => _sent.ContainsKey((worker.Pid, worker.Start));

    private WorkerAction ActionFor(Worker worker, long epoch)
    {
        SentSignals? sent = _sent.TryGetValue((worker.Pid, worker.Start), out var signals) ? signals : null;
        var since = sent is null ? TimeSpan.Zero : time.GetElapsedTime(signals.HungUpAt);
        return ReplacementRules.Next(worker, epoch, sent, since, () => RestartsItsWait(worker));
    }

    /// <summary>
    /// Whether it has handled its SIGHUP and waits in a call that went on after it: for the accept lock, or, a datagram service that was used
    /// once (notifyd: its one socket is on 0 and 4 from then on), for a datagram.
    /// </summary>
    private bool RestartsItsWait(Worker worker) =>
        proc.WaitsForLock(worker.Pid) || (worker.Listening != 0 && proc.SocketOn(worker.Pid, 0) == worker.Listening && proc.Sleeps(worker.Pid));

    private void HangUp(Worker[] workers)
    {
        using var hold = Hold.Take(proc, held, workers, _others);
        for (var index = 0; index < hold.Count; index++)
        {
            var (worker, state) = hold[index];
            if (state == HeldState.Idle && hold.HangUp(index))
                Note(worker, sent => sent with { HungUpAt = time.GetTimestamp(), HangUps = sent.HangUps + 1 });
        }
    }

    private void Flush(Worker worker)
    {
        using var handle = PidHandle.Open(proc, worker.Pid, worker.Start);
        if (handle is null)
            return;
        Note(worker, static sent => sent with { IsFlushed = true }); // noted first: twice would kill, not at all only costs time
        handle.Send(Signal.Alarm);
    }

    private void Note(Worker worker, Func<SentSignals, SentSignals> change)
    {
        var key = (worker.Pid, worker.Start);
        _sent[key] = change(_sent.GetValueOrDefault(key));
    }

    private void Forget(IReadOnlyList<Worker> alive)
    {
        if (_sent.Count == 0)
            return;
        var keys = new HashSet<(int, long)>(alive.Count);
        foreach (var worker in alive)
            keys.Add((worker.Pid, worker.Start));
        foreach (var key in _sent.Keys.Where(key => !keys.Contains(key)).ToList())
            _sent.Remove(key);
    }
}
