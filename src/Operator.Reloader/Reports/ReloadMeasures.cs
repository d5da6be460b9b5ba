using System.Collections.Concurrent;
using Operator.Entities.Contract;
using Operator.Metrics;

namespace Operator.Reloader.Reports;

/// <summary>The workers of one service.</summary>
/// <param name="Service">Its name in cyrus.conf; empty while it is not known yet.</param>
/// <param name="Counts">By age and state.</param>
internal sealed record ServiceWorkers(string Service, WorkerCounts Counts);

/// <summary>What is measured beside the report, for the metrics alone: the operator decides nothing by it. Safe for concurrent use.</summary>
internal sealed class ReloadMeasures
{
    private readonly ConcurrentDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<ServiceWorkers> _services = [];
    private volatile IReadOnlyDictionary<string, int> _maxChild = new Dictionary<string, int>();
    private volatile bool _hasMaster;

    /// <summary>How reloads ended.</summary>
    public ReloadOutcomes Outcomes { get; } = new();

    /// <summary>How long each stay in a phase took.</summary>
    public SecondsHistograms Phases { get; } = new(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800);

    /// <summary>How often a configuration was refused or could not be proved, by reason.</summary>
    public IReadOnlyDictionary<string, long> Failures => _failures;

    /// <summary>Whether a Cyrus master runs.</summary>
    public bool HasMaster => _hasMaster;

    /// <summary>The workers at the last look.</summary>
    public IReadOnlyList<ServiceWorkers> Services => _services;

    /// <summary>maxchild by service, of those that have one.</summary>
    public IReadOnlyDictionary<string, int> MaxChild => _maxChild;

    /// <summary>One more failure for this reason.</summary>
    public void Failed(string reason) => _failures.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    /// <summary>Takes note of the master; without one there are no workers.</summary>
    public void NoteMaster(bool isThere)
    {
        _hasMaster = isThere;
        if (!isThere)
            _services = [];
    }

    /// <summary>Takes note of the workers.</summary>
    public void NoteWorkers(IReadOnlyList<ServiceWorkers> services) => _services = services;

    /// <summary>Takes note of the limits that are in force.</summary>
    public void NoteMaxChild(IReadOnlyDictionary<string, int> limits) => _maxChild = limits;
}
