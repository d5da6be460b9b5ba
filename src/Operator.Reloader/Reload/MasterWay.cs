using Operator.Entities.Contract;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Reload;

/// <summary>
/// Signals the master as soon as the quiet gate lets it, and when it does not within the time that the settings give, does what they say.
/// </summary>
internal sealed class MasterWay(EngineParts parts, EngineReport report)
{
    private string? _goal;
    private long _since;

    /// <summary>Tries once.</summary>
    /// <param name="goal">The generation that it is about: the time of waiting counts from its first try.</param>
    /// <param name="master">The running master.</param>
    /// <param name="settings">How long to wait, and what then.</param>
    /// <param name="attempt">Does it; its argument says whether sessions may be put at risk.</param>
    /// <returns>Whether the master was signalled.</returns>
    public bool Try(string goal, MasterProcess master, ReloadSettings settings, Func<bool, GateResult> attempt)
    {
        if (_goal != goal)
            (_goal, _since) = (goal, parts.Time.GetTimestamp());
        var next = QuietRules.Next(settings, parts.Time.GetElapsedTime(_since));
        var result = attempt(next == NotQuietPolicy.Proceed);
        if (result.IsDone)
        {
            _goal = null;
            report.MasterSignalled(result.Risk);
            return true;
        }
        var needsRestart = next == NotQuietPolicy.Roll;
        report.Enter(ReloadPhase.AwaitingQuiet, needsRestart ? "RestartNeeded" : "SessionsAtRisk", InWords(result.Risk, needsRestart), needsRestart);
        parts.Convergence.Look(master, parts.Activation);
        return false;
    }

    private static string InWords(Risk risk, bool needsRestart)
    {
        var what = $"A signal to the master now would put {risk.Sessions} sessions, {risk.Starting} starting workers and {risk.Jobs} jobs at risk.";
        return needsRestart ? what + " No quiet moment came in time, and rollout.whenNotQuiet asks for a restart of the pod." : what;
    }
}
