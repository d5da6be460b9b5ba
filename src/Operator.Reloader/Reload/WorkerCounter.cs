using Operator.Entities.Contract;
using Operator.Reloader.Processes;
using Operator.Reloader.Reports;

namespace Operator.Reloader.Reload;

/// <summary>Counts workers for the report and for the decisions. Pure.</summary>
internal static class WorkerCounter
{
    /// <summary>Counts by state and age against <paramref name="epoch"/>.</summary>
    /// <param name="workers">The workers of one scan.</param>
    /// <param name="epoch">Boot-clock ticks of the flip.</param>
    /// <param name="isLeaving">Whether an old worker has ended its session and is about to exit: it is draining until it has.</param>
    public static WorkerCounts Count(IReadOnlyList<Worker> workers, long epoch, Func<Worker, bool> isLeaving)
    {
        int fresh = 0, stale = 0, draining = 0, starting = 0, sessions = 0;
        foreach (var worker in workers)
        {
            if (worker.State == WorkerState.InSession)
                sessions++;
            if (worker.State == WorkerState.Starting)
                starting++;
            else if (worker.State == WorkerState.Unreloadable && worker.IsOld(epoch))
                continue; // nothing a reload can do makes it fresh: see UnreloadedServices
            else if (!worker.IsOld(epoch))
                fresh++;
            else if (worker.State == WorkerState.InSession || isLeaving(worker))
                draining++;
            else
                stale++;
        }
        return new WorkerCounts { Fresh = fresh, Stale = stale, Draining = draining, Starting = starting, Sessions = sessions };
    }

    /// <summary>The same for each service by itself.</summary>
    public static IReadOnlyList<ServiceWorkers> ByService(IReadOnlyList<Worker> workers, long epoch, Func<Worker, bool> isLeaving) =>
    [
        .. workers.GroupBy(static worker => worker.Service, StringComparer.Ordinal)
            .OrderBy(static group => group.Key, StringComparer.Ordinal)
            .Select(group => new ServiceWorkers(group.Key, Count([.. group], epoch, isLeaving))),
    ];

    /// <summary>The services that keep the older configuration until they are restarted.</summary>
    public static IReadOnlyList<string> UnreloadedServices(IReadOnlyList<Worker> workers, long epoch) =>
    [
        .. workers
            .Where(worker => worker.State == WorkerState.Unreloadable && worker.IsOld(epoch))
            .Select(static worker => worker.Service)
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a worker that may have read the older generation is not in its main loop yet.</summary>
    public static bool HasOldStarting(IReadOnlyList<Worker> workers, long epoch)
    {
        foreach (var worker in workers)
        {
            if (worker.State == WorkerState.Starting && worker.IsOld(epoch))
                return true;
        }
        return false;
    }
}
