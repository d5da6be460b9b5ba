using System.Runtime.InteropServices;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>The waiting workers of one service.</summary>
/// <param name="Ready">Those that take the next connections: idle, and nobody has told them to leave.</param>
/// <param name="Pool">These, those that leave, and those that start.</param>
/// <param name="Wanted">How many the master keeps waiting: it has still to fork the others.</param>
internal readonly record struct WaitingWorkers(int Ready, int Pool, int Wanted = 0)
{
    /// <summary>Those that have left and in whose place the master has put none yet.</summary>
    public int Missing => Math.Max(0, Wanted - Pool);
}

/// <summary>
/// How many idle workers may be told to leave at once. Pure. Each one costs an exit, a fork and a start: when all go together, a new client
/// waits behind them for a processor, half a second for a hundred workers on two. So few are under way at a time, and half of a service's
/// waiting workers stays until replacements have come.
/// </summary>
internal static class WaveRules
{
    /// <summary>When for so long no replacement has come, none may come at all (maxchild, a service that was removed): the rest goes too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const int MostWaves = 50;

    /// <summary>How many of a service's workers may go.</summary>
    /// <param name="waiting">The service's waiting workers.</param>
    /// <param name="budget">How many of all services may go.</param>
    /// <param name="sinceLast">Time since the last one of this service was told.</param>
    public static int MayGo(WaitingWorkers waiting, int budget, TimeSpan sinceLast) =>
        sinceLast >= Patience ? waiting.Ready : Math.Clamp(waiting.Ready - (Math.Max(waiting.Pool, waiting.Wanted) / 2), 0, budget);

    /// <summary>How many workers of all services may go: never none while nobody is leaving, or clients that come and go could hold it up.</summary>
    /// <param name="old">Those that have still to be told.</param>
    /// <param name="leaving">Those that were told and are still there.</param>
    /// <param name="starting">Those that start or have still to be forked.</param>
    /// <param name="processors">What all of it runs on.</param>
    public static int Budget(int old, int leaving, int starting, int processors) =>
        Math.Max(leaving == 0 ? 1 : 0, Math.Max(4 * processors, old / MostWaves) - leaving - starting);

    /// <summary>Counts by service.</summary>
    /// <param name="workers">The workers of one scan.</param>
    /// <param name="isTold">Whether a worker was told to leave.</param>
    public static Dictionary<string, WaitingWorkers> Count(IReadOnlyList<Worker> workers, Func<Worker, bool> isTold)
    {
        var counts = new Dictionary<string, WaitingWorkers>(StringComparer.Ordinal);
        foreach (var worker in workers)
        {
            if (worker.State is not (WorkerState.Idle or WorkerState.Starting))
                continue;
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, worker.Service, out _);
            var isReady = worker.State == WorkerState.Idle && !isTold(worker);
            count = new(count.Ready + (isReady ? 1 : 0), count.Pool + 1);
        }
        return counts;
    }
}
