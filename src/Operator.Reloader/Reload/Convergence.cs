using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Reports;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Reload;

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
            if (!worker.IsStopped)
                continue;
            using var handle = PidHandle.Open(proc, worker.Pid, worker.Start);
            continued += handle?.Send(Signal.Continue) == true ? 1 : 0;
        }
        return continued;
    }

    /// <summary>Looks once, signals whom it may, and reports the counts.</summary>
    /// <param name="master">The running master.</param>
    /// <param name="activation">Knows the epoch; told when the last old worker has left its start.</param>
    /// <returns>Whether no old worker is idle or starting, the counts, and the workers.</returns>
    public (bool Converged, WorkerCounts Counts, IReadOnlyList<Worker> Workers) Look(MasterProcess master, Activation activation)
    {
        var (converged, counts, workers, _) = LookForDeaf(master, activation);
        return (converged, counts, workers);
    }

    private (bool Converged, WorkerCounts Counts, IReadOnlyList<Worker> Workers, IReadOnlyList<string> Deaf) LookForDeaf(
        MasterProcess master, Activation activation)
    {
        var epoch = activation.State.Epoch;
        var wasSealed = activation.State.Sealed; // asked before the look: only who is in a session after the seal cannot accept again
        var scan = scanner.Scan(master);
        var workers = scan.Workers;
        if (wasSealed)
            _leaving.Note(workers, epoch);
        else
            _leaving.Clear();
        var counts = WorkerCounter.Count(workers, epoch, _leaving.Contains);
        var deaf = replacer.Replace(workers, epoch);
        var (isWaiting, stubborn) = daemons.Replace(scan.Daemons, epoch);
        IReadOnlyList<string> unreloaded = [.. WorkerCounter.UnreloadedServices(workers, epoch), .. stubborn];
        board.Update(report => report with { Workers = counts, UnreloadedServices = unreloaded });
        if (WorkerCounter.HasOldStarting(workers, epoch))
            return (false, counts, workers, deaf);
        activation.Seal();
        return (counts.Stale == 0 && !isWaiting, counts, workers, deaf);
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
            var (converged, counts, _, deaf) = LookForDeaf(master, activation);
            if (converged)
                return;
            if (time.GetElapsedTime(since) > limit)
            {
                throw new ReloadFailure(
                    "NotConverged", $"After {limit.TotalSeconds:0.#} s {counts.Stale} old idle and {counts.Starting} starting workers are left.");
            }
            foreach (var service in deaf)
                await poke(service);
            await Task.Delay(Beat, time, stop);
        }
    }
}
