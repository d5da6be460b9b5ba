using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>
/// Sees when draining workers hold a service at its maxchild: the master then starts no other, and new connections wait in the backlog until a
/// session ends. Not thread-safe.
/// </summary>
internal sealed class MaxChildWatch(GenerationStore store)
{
    private string? _digest;
    private IReadOnlyDictionary<string, int> _maxChild = new Dictionary<string, int>();

    /// <summary>maxchild by service as it was at the last look.</summary>
    public IReadOnlyDictionary<string, int> Limits => _maxChild;

    /// <summary>The services that are full because of draining workers.</summary>
    public IReadOnlyList<SaturatedService> Look(string digest, IReadOnlyList<Worker> workers, long epoch)
    {
        if (_digest != digest)
            (_digest, _maxChild) = (digest, ServiceNumbers.Read(store.CyrusConfOf(digest), "maxchild"));
        return Judge(_maxChild, workers, epoch);
    }

    /// <summary>The services that are full. The master counts for each listening socket (master/master.c:service_create). Pure.</summary>
    public static IReadOnlyList<SaturatedService> Judge(IReadOnlyDictionary<string, int> maxChild, IReadOnlyList<Worker> workers, long epoch)
    {
        var full = new List<SaturatedService>();
        foreach (var group in workers.Where(worker => maxChild.ContainsKey(worker.Service)).GroupBy(static worker => (worker.Service, worker.Listening)))
        {
            var limit = maxChild[group.Key.Service];
            var draining = group.Count(worker => worker.State == WorkerState.InSession && worker.IsOld(epoch));
            var idle = group.Any(static worker => worker.State != WorkerState.InSession);
            if (draining > 0 && !idle && group.Count() >= limit)
                full.Add(new SaturatedService(group.Key.Service, limit, draining));
        }
        return full;
    }
}
