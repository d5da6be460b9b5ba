using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Logging;
using Operator.Reloader.Reports;

namespace Operator.Reloader.Reload;

/// <summary>Puts what the engine does into the report and, when it is news, into the log.</summary>
internal sealed class EngineReport(ReportBoard board, JsonLog log)
{
    private string? _goal;
    private (string Reason, string Message)? _refusal;
    private string? _failing;

    /// <summary>What was just read.</summary>
    public void World(World world, long nudge, Decided decided)
    {
        if (world.Rejected is null)
            _refusal = null;
        if (decided.Goal != _goal && world.Rejected is null && decided.Step != Step.Idle)
            board.ResetPhases();
        _goal = decided.Goal;
        board.Update(report => report with
        {
            Desired = world.Desired,
            Nudge = nudge,
            Mounted = world.Mounted,
            Active = world.Active,
            Rejected = world.Rejected,
        });
    }

    /// <summary>Begins a phase. Once something is refused, its reason stays until another digest is desired.</summary>
    public void Enter(ReloadPhase phase, string? reason = null, string? message = null, bool needsRestart = false)
    {
        // What failed is tried again and again; the report says Failed until it succeeds, or each try would be news.
        if (_failing is not null && _failing == _goal && phase is ReloadPhase.Checking or ReloadPhase.Converging or ReloadPhase.Proving)
            return;
        _failing = phase == ReloadPhase.Failed ? _goal : null;
        var before = board.Latest;
        board.Update(report => report with
        {
            Phase = phase,
            NeedsRestart = needsRestart,
            Reason = reason ?? _refusal?.Reason,
            Message = message ?? _refusal?.Message,
        });
        if (before.Phase != phase && phase == ReloadPhase.Failed && _refusal is null)
            Failed(ReloadOutcome.Failed, reason);
        if (before.Phase != phase)
            log.Info("Phase changed.", ("phase", phase.ToString()), ("goal", _goal), ("reason", reason), ("detail", message));
    }

    /// <summary>The proof failed for a reason that goes away by itself: it is tried again without a change of phase.</summary>
    public void TryAgain() => _failing = _goal;

    /// <summary>A generation is active.</summary>
    public void Activated(string digest, string way)
    {
        board.Update(report => report with { Active = digest });
        log.Info("Generation activated.", ("digest", digest), ("way", way));
    }

    /// <summary>Which services are full of old sessions.</summary>
    public void Saturated(IReadOnlyList<SaturatedService> services)
    {
        var before = board.Latest.Saturated;
        board.Update(report => report with { Saturated = services });
        foreach (var service in services.Where(service => !before.Any(one => one.Service == service.Service)))
            log.Warn("A service is full of old sessions; new connections wait.", ("service", service.Service), ("maxchild", $"{service.MaxChild}"));
    }

    /// <summary>Which options need a restart.</summary>
    public void PendingRestart(IReadOnlyList<string> options)
    {
        if (!ReferenceEquals(options, board.Latest.PendingRestart))
            board.Update(report => report with { PendingRestart = options });
    }

    /// <summary>The master was signalled.</summary>
    public void MasterSignalled(Risk risk)
    {
        board.Update(report => report with { AtRisk = risk.Total });
        log.Info("The master was signalled.", ("sessionsAtRisk", $"{risk.Sessions}"), ("jobsAtRisk", $"{risk.Jobs}"));
    }

    /// <summary>A generation was proved on every listener.</summary>
    public void Proved(string digest, IReadOnlyList<ServedCertificate> certificates)
    {
        board.Update(report => report with { Served = digest, Certificates = certificates });
        board.Measures.Outcomes.Count(board.Latest.Rejected is null ? ReloadOutcome.Served : ReloadOutcome.Restored);
        log.Info("Generation proved on the wire.", ("digest", digest));
    }

    /// <summary>A generation was refused.</summary>
    public void Rejected(string digest, ReloadFailure failure)
    {
        _refusal = (failure.Reason, failure.Message);
        board.Update(report => report with { Rejected = digest, Reason = failure.Reason, Message = failure.Message });
        Failed(ReloadOutcome.Refused, failure.Reason);
        log.Warn("Generation refused.", ("digest", digest), ("reason", failure.Reason), ("detail", failure.Message));
    }

    private void Failed(ReloadOutcome outcome, string? reason)
    {
        board.Measures.Outcomes.Count(outcome);
        board.Measures.Failed(reason ?? "");
    }
}
