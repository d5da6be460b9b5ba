using System.Runtime.InteropServices;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>The waiting workers of one service.</summary>
/// <param name="Ready">Those that take the next connections: idle, and nobody has told them to leave.</param>
/// <param name="Pool">These, those that leave, and those that start.</param>
/// <param name="Wanted">How many the master keeps waiting: it has still to fork the others.</param>
internal readonly record struct WaitingWorkers(int Ready, int Pool, int Wanted = 0)
{
    /// <summary>Those of the ready ones that are no old ones.</summary>
    public int Fresh { get; init; }

    /// <summary>Those that have left and in whose place the master has put none yet.</summary>
    public int Missing => Math.Max(0, Wanted - Pool);
}

/// <summary>
/// How many idle workers may be told to leave at once. Pure. Each one costs an exit, a fork and a start: when all go together, a new client
/// waits behind them for a processor, half a second for a hundred workers on two. So few are under way at a time, and half of a service's
/// waiting workers stays until replacements have come. Once every service has that half fresh, the rest goes at once: whoever comes now is
/// served by a fresh one, and nobody has to wait for those that are still to start.
/// </summary>
internal static class WaveRules
{
    /// <summary>When for so long no replacement has come, none may come at all (maxchild, a service that was removed): the rest goes too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MostWaves = 50;

    /// <summary>How many of a service's workers may go.</summary>
    /// <param name="waiting">The service's waiting workers.</param>
    /// <param name="budget">How many of all services may go.</param>
    /// <param name="isLast">Whether every service has enough fresh ones (<see cref="HasEnoughFresh"/>).</param>
    /// <param name="sinceLast">Time since the last one of this service was told.</param>
    public static int MayGo(WaitingWorkers waiting, int budget, bool isLast, TimeSpan sinceLast)
    {
        if (isLast || sinceLast >= Patience)
            return waiting.Ready - waiting.Fresh;
        // The others first: the last one to have enough is what all wait for.
        return HasEnoughFresh(waiting) ? 0 : Math.Clamp(waiting.Ready - KeptOf(waiting), 0, budget);
    }

    /// <summary>Whether the fresh ones alone are as many as must stay.</summary>
    public static bool HasEnoughFresh(WaitingWorkers waiting) => waiting.Fresh >= KeptOf(waiting);

    private static int KeptOf(WaitingWorkers waiting) => Math.Max(waiting.Pool, waiting.Wanted) / 2;

    /// <summary>How many workers of all services may go: never none while nobody is leaving, or clients that come and go could hold it up.</summary>
    /// <param name="old">Those that have still to be told.</param>
    /// <param name="leaving">Those that were told and are still there.</param>
    /// <param name="starting">Those that start or have still to be forked.</param>
    /// <param name="processors">What all of it runs on.</param>
    public static int Budget(int old, int leaving, int starting, int processors) =>
        Math.Max(leaving == 0 ? 1 : 0, Math.Max(4 * processors, old / MostWaves) - leaving - starting);

    /// <summary>Counts by service.</summary>
    /// <param name="workers">The workers of one scan.</param>
    /// <param name="epoch">Ticks of the flip.</param>
    /// <param name="isTold">Whether a worker was told to leave.</param>
    public static Dictionary<string, WaitingWorkers> Count(IReadOnlyList<Worker> workers, long epoch, Func<Worker, bool> isTold)
    {
        var counts = new Dictionary<string, WaitingWorkers>(StringComparer.Ordinal);
        foreach (var worker in workers)
        {
            if (worker.State is not (WorkerState.Idle or WorkerState.Starting))
                continue;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, worker.Service, out _);
            var isReady = worker.State == WorkerState.Idle && !isTold(worker);
            count = new(count.Ready + (isReady ? 1 : 0), count.Pool + 1) { Fresh = count.Fresh + (isReady && !worker.IsOld(epoch) ? 1 : 0) };
        }
        return counts;
    }
}
