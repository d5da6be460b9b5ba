using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Logging;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>
/// The loop: read the world, decide, do one step, wait. It remembers only what it refused and what it proved; all else is read from /proc,
/// the volume and the state file on every turn, so it may be killed anywhere.
/// </summary>
internal sealed class Engine
{
    private static readonly TimeSpan SlowPoll = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DrainBeat = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan QuietBeat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AfterError = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private readonly EngineParts _parts;
    private readonly JsonLog _log;
    private readonly EngineReport _report;
    private readonly GenerationTrial _trial;
    private readonly MasterWay _masterWay;
    private readonly Damping _damping;
    private readonly MaxChildWatch _maxChild;
    private readonly RestartWatch _restart;
    private readonly RestingMemory _memory = RestingMemory.OfProcess();
    private bool _isFirst = true;

    /// <summary>Makes an engine that has not looked at anything yet.</summary>
    public Engine(EngineParts parts, JsonLog log)
    {
        _parts = parts;
        _log = log;
        _report = new EngineReport(parts.Board, log);
        _trial = new GenerationTrial(parts);
        _masterWay = new MasterWay(parts, _report);
        _damping = new Damping(parts.Time);
        _maxChild = new MaxChildWatch(parts.Store);
        _restart = new RestartWatch(parts.Store);
    }

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _parts.Held.Clear();
        _parts.Preflight.Clean();
        _parts.Activation.Resume();
        using var wakeup = new Wakeup(_parts.Options.Mount);
        var afterError = AfterError;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await TurnAsync(stop);
                afterError = AfterError;
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                _log.Warn("A turn failed; the next one begins afresh.", ("error", error.Message));
                wait = afterError;
                afterError = afterError < SlowPoll ? afterError * 2 : SlowPoll;
            }
            await wakeup.WaitAsync(wait, stop);
        }
    }

    private async Task<TimeSpan> TurnAsync(CancellationToken stop)
    {
        var master = MasterProcess.Find(_parts.Proc, _parts.Options.MasterPidFile);
        _parts.Board.Measures.NoteMaster(master is not null);
        if (_isFirst && master is not null)
            ContinueStopped(master);
        if (master is not null && _parts.Notice.RemoveLeftOver(master, _parts.Time.GetUtcNow()))
            _log.Info("Removed the notice by which the sessions of an earlier master were sent away.");
        if (_parts.Source.TryRead(out var obstacle) is not { } mounted)
        {
            _report.Enter(ReloadPhase.Mounting, "VolumeUnreadable", obstacle);
            return QuietBeat;
        }
        if (master is not null)
            _parts.Activation.NoteMaster(master);
        var world = _trial.Look(mounted, master);
        var decided = Decision.Next(world);
        _report.World(world, mounted.Nudge, decided);

        return decided.Step switch
        {
            Step.Idle => Tend(master, ReloadPhase.Idle, mounted.Settings),
            Step.Stay => Tend(master, world.Desired == world.Rejected ? ReloadPhase.Failed : ReloadPhase.Healthy, mounted.Settings),
            Step.AwaitMount => Tend(master, ReloadPhase.Mounting, mounted.Settings),
            Step.AwaitMaster => AwaitMaster(),
            Step.Activate => await ActivateAsync(decided.Goal, mounted, master, stop),
            _ => await ProveAsync(decided.Goal, mounted.Settings, master!, stop),
        };
    }

    private void ContinueStopped(MasterProcess master)
    {
        _isFirst = false;
        if (_parts.Convergence.ContinueStopped(master) is > 0 and var count)
            _log.Warn("Continued workers that were left stopped.", ("count", $"{count}"));
    }

    /// <summary>Nothing to change: looks after draining workers and tidies up.</summary>
    private TimeSpan Tend(MasterProcess? master, ReloadPhase phase, ReloadSettings settings)
    {
        if (master is null)
        {
            _report.Enter(phase);
            return AfterError;
        }
        var look = _parts.Convergence.Look(master, _parts.Activation);
        LookForFull(look.Workers);
        _report.PendingRestart(_restart.Look(_parts.Activation.State));
        _report.Enter(phase); // after the rest: nobody needs to listen any more to a pod that is healthy
        _parts.Activation.Clean(look.Workers);
        _parts.OldSessions.Tend(look.Workers, _parts.Activation.State, settings);
        if (!look.IsConverged || look.IsMoving)
            return QuietBeat;
        _memory.Rest();
        return look.Counts.Draining > 0 ? DrainBeat : SlowPoll;
    }

    private TimeSpan AwaitMaster()
    {
        _report.Enter(ReloadPhase.Converging, "MasterNotRunning", "No Cyrus master runs in the pod.");
        return DrainBeat;
    }

    private async Task<TimeSpan> ActivateAsync(string goal, MountedBundles mounted, MasterProcess? master, CancellationToken stop)
    {
        _memory.Work();
        if (goal == mounted.Desired && _damping.Remaining(goal) is { Ticks: > 0 } remaining)
            return Damp(master, remaining);
        try
        {
            // A fallback was proved once; what the clock or the volume say of it now must not keep it from coming back.
            if (goal == mounted.Digest && !_trial.IsChecked(goal))
            {
                _report.Enter(ReloadPhase.Checking);
                await _trial.CheckAsync(goal, mounted, stop);
            }
        }
        catch (ReloadFailure failure)
        {
            if (goal != _parts.Activation.State.Previous)
                _parts.Store.Remove(goal);
            if (failure.IsTransient)
                return Fail(failure, master);
            Reject(goal, failure);
            return Soon;
        }

        if (master is null || (_trial.KeepsCyrusConf(goal) && mounted.Settings.Signal == SignalWay.Workers))
        {
            _parts.Activation.Flip(goal, master);
            Activated(goal, "Workers");
            return Soon;
        }
        if (!_masterWay.Try(goal, master, mounted.Settings, force => _parts.Activation.TryFlipWithMaster(goal, master, force)))
            return QuietBeat;
        Activated(goal, "Master");
        return Soon;
    }

    private void Activated(string goal, string way)
    {
        _damping.Activated(goal);
        _report.Activated(goal, way);
    }

    /// <summary>Meanwhile something newer may be desired; it wins.</summary>
    private TimeSpan Damp(MasterProcess? master, TimeSpan remaining)
    {
        _report.Enter(
            ReloadPhase.Damped,
            "InputsAlternate",
            $"This configuration has come back {_damping.Returns} times within {Damping.Window.TotalMinutes:0} minutes; it is held back for a while."
            + " See what writes the Secret or the resource in turns.");
        LookAfterOld(master);
        return remaining < DrainBeat ? remaining : DrainBeat;
    }

    private async Task<TimeSpan> ProveAsync(string goal, ReloadSettings settings, MasterProcess master, CancellationToken stop)
    {
        _memory.Work();
        if (_parts.Activation.OwesMaster(master)
            && !_masterWay.Try(goal, master, settings, force => _parts.Activation.TrySignalMaster(master, force)))
        {
            return QuietBeat;
        }
        var since = _parts.Time.GetUtcNow();
        try
        {
            _report.Enter(ReloadPhase.Converging);
            var limit = _parts.Options.ConvergeLimit ?? TimeSpan.FromSeconds(settings.ConvergeTimeoutSeconds);
            await _parts.Convergence.RunAsync(master, _parts.Activation, limit, service => PokeAsync(goal, service, stop), stop);
            _report.Enter(ReloadPhase.Proving);
            var certificates = await _trial.ProveAsync(goal, master, stop);
            _report.Proved(goal, certificates);
            return Soon;
        }
        catch (ReloadFailure) when (!master.IsSame(MasterProcess.Find(_parts.Proc, _parts.Options.MasterPidFile)))
        {
            return QuietBeat; // who was asked has died: that says nothing of the generation
        }
        catch (ReloadFailure seen)
        {
            if (FullOf(master, goal) is { } full)
                return Fail(full, master);
            var failure = _parts.Syslog?.Explain(seen, since, SecretValues.Of(_parts.Store.ImapdConfOf(goal))) ?? seen;
            if (_trial.CanGoBackFrom(goal, failure))
            {
                Reject(goal, failure);
                return Soon;
            }
            if (GenerationTrial.IsStartingUp(master))
            {
                _report.TryAgain(); // its listeners are still being opened
                return QuietBeat;
            }
            return Fail(failure, master);
        }
    }

    private async Task PokeAsync(string goal, string service, CancellationToken stop)
    {
        _log.Warn("A worker hears no signal; its service was poked with a connection.", ("service", service));
        await _trial.PokeAsync(goal, service, stop);
    }

    private IReadOnlyList<SaturatedService> LookForFull(IReadOnlyList<Worker> workers)
    {
        var state = _parts.Activation.State;
        var full = state.Digest is { } digest ? _maxChild.Look(digest, workers, state.Epoch) : [];
        _report.Saturated(full);
        _parts.Board.Measures.NoteMaxChild(_maxChild.Limits);
        return full;
    }

    /// <summary>A service that can answer nobody because old sessions fill it says nothing about the new generation: no reason to go back.</summary>
    private ReloadFailure? FullOf(MasterProcess master, string goal)
    {
        if (goal != _parts.Activation.State.Digest)
            return null;
        return LookForFull(_parts.Convergence.Look(master, _parts.Activation).Workers) is [var first, ..]
            ? new ReloadFailure(
                "MaxChildReached",
                $"Service {first.Service} has all its {first.MaxChild} workers (maxchild) in sessions, {first.Draining} of them under an older"
                + " configuration: new connections wait until one ends.")
            : null;
    }

    /// <summary>Reports a failure that is neither the generation's fault nor to be undone; it is tried again.</summary>
    private TimeSpan Fail(ReloadFailure failure, MasterProcess? master)
    {
        LookAfterOld(master);
        _report.Enter(ReloadPhase.Failed, failure.Reason, failure.Message);
        return AfterFailure;
    }

    /// <summary>While something else holds the engine up, old workers go and what only they needed is removed.</summary>
    private void LookAfterOld(MasterProcess? master)
    {
        if (master is not null)
            _parts.Activation.Clean(_parts.Convergence.Look(master, _parts.Activation).Workers);
    }

    private void Reject(string goal, ReloadFailure failure)
    {
        _trial.Reject(goal);
        _report.Rejected(goal, failure);
    }
}
