using Operator.Entities.Contract;
using Operator.Metrics;

namespace Operator.Reloader.Reports;

/// <summary>
/// Holds the report and wakes those who wait for a newer one. The revision grows with every change that matters to the operator;
/// counts of workers alone raise it at most five times a second, and the number of sessions never does.
/// </summary>
internal sealed class ReportBoard(TimeProvider time)
{
    private static readonly TimeSpan CountsBeat = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private ReloadReport _latest = new()
    {
        Version = ReloadReport.NewestVersion,
        Instance = Guid.NewGuid().ToString("N"),
        Revision = 1,
        Phase = ReloadPhase.Idle,
    };
    private ReloadReport? _announced;
    private TaskCompletionSource _changed = NewSignal();
    private long _announcedAt;
    private long _phaseSince = time.GetTimestamp();
    private DateTimeOffset? _unservedSince;

    /// <summary>What is measured beside the report.</summary>
    public ReloadMeasures Measures { get; } = new();

    /// <summary>Since when what is desired is not served; null when it is. A change of what is desired does not begin it anew.</summary>
    public DateTimeOffset? UnservedSince
    {
        get
        {
            lock (_gate)
                return _unservedSince;
        }
    }

    /// <summary>The report as of now.</summary>
    public ReloadReport Latest
    {
        get
        {
            lock (_gate)
                return _latest;
        }
    }

    /// <summary>Changes the report. Time in the phase that is left is added to <see cref="ReloadReport.PhaseSeconds"/>.</summary>
    public void Update(Func<ReloadReport, ReloadReport> change)
    {
        lock (_gate)
        {
            var next = change(_latest);
            if (next.Phase != _latest.Phase)
            {
                next = next with { PhaseSeconds = AddPhase(next.PhaseSeconds, _latest.Phase) };
                _phaseSince = time.GetTimestamp();
            }
            var isUnserved = next.Desired is { } desired && (next.Active != desired || next.Served != desired);
            _unservedSince = isUnserved ? _unservedSince ?? time.GetUtcNow() : null;
            var announced = _announced ?? _latest;
            var must = IsNews(announced, next)
                || (CountsDiffer(announced.Workers, next.Workers) && time.GetElapsedTime(_announcedAt) >= CountsBeat);
            _latest = must ? next with { Revision = _latest.Revision + 1 } : next with { Revision = _latest.Revision };
            if (must)
                Announce();
        }
    }

    /// <summary>Starts the measurement of a new reload.</summary>
    public void ResetPhases() => Update(report => report with { PhaseSeconds = new Dictionary<string, double>() });

    /// <summary>
    /// Waits until the revision is above <paramref name="after"/>, the caller's instance is another, or the time is over; then returns the
    /// report as it is.
    /// </summary>
    public async Task<ReloadReport> WaitAsync(long after, string? instance, TimeSpan limit, CancellationToken stop)
    {
        var deadline = Task.Delay(limit, time, stop);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_latest.Revision > after || (instance is not null && instance != _latest.Instance))
                    return _latest;
                changed = _changed.Task;
            }
            if (await Task.WhenAny(changed, deadline) == deadline)
                return Latest;
        }
    }

    private void Announce()
    {
        _announced = _latest;
        _announcedAt = time.GetTimestamp();
        _changed.SetResult();
        _changed = NewSignal();
    }

    private Dictionary<string, double> AddPhase(IReadOnlyDictionary<string, double> seconds, ReloadPhase left)
    {
        var sum = new Dictionary<string, double>(seconds);
        if (left is ReloadPhase.Idle or ReloadPhase.Healthy or ReloadPhase.Failed)
            return sum;
        var name = left.ToString();
        var took = time.GetElapsedTime(_phaseSince).TotalSeconds;
        Measures.Phases.Record(Words.Snake(name), took);
        sum[name] = Math.Round(sum.GetValueOrDefault(name) + took, 3);
        return sum;
    }

    private static bool IsNews(ReloadReport old, ReloadReport next) =>
        old.Phase != next.Phase
        || old.Desired != next.Desired || old.Nudge != next.Nudge || old.Mounted != next.Mounted || old.Active != next.Active
        || old.Served != next.Served || old.Rejected != next.Rejected
        || old.Disconnected != next.Disconnected
        || old.AtRisk != next.AtRisk || old.NeedsRestart != next.NeedsRestart
        || old.Reason != next.Reason || old.Message != next.Message
        || !old.Saturated.SequenceEqual(next.Saturated)
        || !old.PendingRestart.SequenceEqual(next.PendingRestart)
        || !old.UnreloadedServices.SequenceEqual(next.UnreloadedServices)
        || !ReferenceEquals(old.Certificates, next.Certificates);

    private static bool CountsDiffer(WorkerCounts old, WorkerCounts next) => old.Stale != next.Stale || old.Draining != next.Draining;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
