using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Reports;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Reload;

/// <summary>What one look at the workers has shown.</summary>
/// <param name="Workers">The workers.</param>
/// <param name="Counts">Their counts.</param>
internal sealed record Look(IReadOnlyList<Worker> Workers, WorkerCounts Counts)
{
    /// <summary>Whether no old worker is idle or starting.</summary>
    public required bool IsConverged { get; init; }

    /// <summary>Whether a worker that was told to leave is still there.</summary>
    public required bool IsMoving { get; init; }

    /// <summary>Services of which a worker hears no signal.</summary>
    public required IReadOnlyList<string> Deaf { get; init; }
}

/// <summary>Sees to it that no idle worker of an older generation is left. Not thread-safe.</summary>
internal sealed class Convergence(ProcFs proc, WorkerScanner scanner, WorkerReplacer replacer, DaemonReplacer daemons, ReportBoard board, TimeProvider time)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(15);

    private readonly LeavingWorkers _leaving = new(time);

    /// <summary>Continues workers that an engine before this one left stopped.</summary>
    /// <returns>How many there were.</returns>
    public int ContinueStopped(MasterProcess master)
    {
        var continued = 0;
        foreach (var worker in scanner.Scan(master).Workers)
        {
            if (!proc.TryStat(worker.Pid, out var stat) || !stat.IsStopped)
                continue;
            using var handle = PidHandle.Open(proc, worker.Pid, worker.Start);
            continued += handle?.Send(Signal.Continue) == true ? 1 : 0;
        }
        return continued;
    }

    /// <summary>Looks once, signals whom it may, and reports the counts.</summary>
    /// <param name="master">The running master.</param>
    /// <param name="activation">Knows the epoch; told when the last old worker has left its start.</param>
    public Look Look(MasterProcess master, Activation activation)
    {
        var epoch = activation.State.Epoch;
        var wasSealed = activation.State.Sealed; // asked before the look: who was in a session before the seal may have come back to wait since
        var scan = scanner.Scan(master);
        var workers = scan.Workers;
        if (wasSealed)
            _leaving.Note(workers, epoch);
        else
            _leaving.Clear();
        var counts = WorkerCounter.Count(workers, epoch, _leaving.Contains);
        var deaf = replacer.Replace(workers, activation.State, _leaving.Contains);
        var (isWaiting, stubborn) = daemons.Replace(scan.Daemons, epoch);
        IReadOnlyList<string> unreloaded = [.. WorkerCounter.UnreloadedServices(workers, epoch), .. stubborn];
        board.Update(report => report with { Workers = counts, UnreloadedServices = unreloaded });
        board.Measures.NoteWorkers(WorkerCounter.ByService(workers, epoch, _leaving.Contains));
        // Not before everyone has been told: the seal makes all that wait in the queue for the accept lock leave at the next connection.
        if (!WorkerCounter.HasOldStarting(workers, epoch) && !replacer.HasUntold(workers, epoch))
            activation.Seal();
        return new Look(workers, counts)
        {
            IsConverged = wasSealed && counts.Stale == 0 && !isWaiting,
            IsMoving = replacer.IsAwaited(workers),
            Deaf = deaf,
        };
    }

    /// <summary>Looks until nothing old is idle or starting.</summary>
    /// <param name="master">The running master.</param>
    /// <param name="activation">Knows the epoch.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="poke">Makes one connection to a service.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ReloadFailure">NotConverged: it takes longer than <paramref name="limit"/>.</exception>
    public async Task RunAsync(MasterProcess master, Activation activation, TimeSpan limit, Func<string, Task> poke, CancellationToken stop)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var look = Look(master, activation);
            if (look.IsConverged)
                return;
            if (time.GetElapsedTime(since) > limit)
            {
                throw new ReloadFailure(
                    "NotConverged", $"After {limit.TotalSeconds:0.#} s {look.Counts.Stale} old idle and {look.Counts.Starting} starting workers are left.");
            }
            foreach (var service in look.Deaf)
                await poke(service);
            await Task.Delay(Beat, time, stop);
        }
    }
}
