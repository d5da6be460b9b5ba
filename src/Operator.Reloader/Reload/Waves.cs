using Operator.Reloader.Generations;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>Carries out <see cref="WaveRules"/>: remembers what they need from one look to the next. Not thread-safe.</summary>
internal sealed class Waves(ProcFs proc, GenerationStore store, TimeProvider time)
{
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _wanted = new(StringComparer.Ordinal);
    private IReadOnlyDictionary<string, int>? _prefork;

    /// <summary>Whether somebody was told to leave since the last <see cref="End"/>.</summary>
    public bool HaveBegun => _last.Count > 0;

    /// <summary>Those of <paramref name="candidates"/> that may go now: enough stay to answer new clients meanwhile.</summary>
    /// <param name="candidates">Old workers that must go and were not told yet.</param>
    /// <param name="workers">All workers that can answer a client.</param>
    /// <param name="isTold">Whether a worker was told to leave.</param>
    /// <param name="state">What is known of the active generation.</param>
    public IEnumerable<Worker> Next(List<Worker> candidates, IReadOnlyList<Worker> workers, Func<Worker, bool> isTold, ReloadState state)
    {
        var now = time.GetTimestamp();
        _prefork ??= state.Digest is { } digest ? ServiceNumbers.Read(store.CyrusConfOf(digest), "prefork") : new Dictionary<string, int>();
        var waiting = WaveRules.Count(workers, isTold);
        foreach (var service in waiting.Keys.ToArray())
            waiting[service] = waiting[service] with { Wanted = WantedOf(service, waiting[service].Pool, workers) };
        var starting = workers.Count(static worker => worker.State == WorkerState.Starting);
        var leaving = workers.Count(worker => worker.State == WorkerState.Idle && isTold(worker));
        var budget = WaveRules.Budget(candidates.Count, leaving, starting + waiting.Values.Sum(static one => one.Missing), Environment.ProcessorCount);
        foreach (var service in candidates.GroupBy(static worker => worker.Service, StringComparer.Ordinal))
        {
            _last.TryAdd(service.Key, now);
            var quota = WaveRules.MayGo(waiting[service.Key], budget, time.GetElapsedTime(_last[service.Key], now));
            if (quota > 0)
                _last[service.Key] = now;
            budget = Math.Max(0, budget - quota);
            // The one that holds the accept lock is in the way of nobody and goes last.
            foreach (var worker in service.OrderBy(worker => !proc.WaitsForLock(worker.Pid)).Take(quota))
                yield return worker;
        }
    }

    /// <summary>Nobody is left to be told.</summary>
    public void End()
    {
        _last.Clear();
        _wanted.Clear();
        _prefork = null;
    }

    // The master forks up to prefork and no further; and a pool that is small from the beginning (maxchild) need not grow first.
    private int WantedOf(string service, int pool, IReadOnlyList<Worker> workers)
    {
        if (!_wanted.TryGetValue(service, out var wanted))
            wanted = _wanted[service] = Math.Min(pool, _prefork!.GetValueOrDefault(service) * Sockets(workers, service));
        return wanted;
    }

    // The master keeps prefork workers for each socket of a service (master.c:service_create).
    private static int Sockets(IReadOnlyList<Worker> workers, string service) =>
        workers.Where(worker => worker.Service == service && worker.Listening != 0).Select(static worker => worker.Listening).Distinct().Count();
}
