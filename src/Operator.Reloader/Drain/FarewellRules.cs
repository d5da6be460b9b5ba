using Operator.Entities.Contract;

namespace Operator.Reloader.Drain;

/// <summary>What is done for the sessions of a pod that goes.</summary>
internal enum FarewellStep
{
    /// <summary>They may end by themselves.</summary>
    Wait,

    /// <summary>They are told to go, and so are those that come.</summary>
    Tell,

    /// <summary>Nobody is left, or nobody is waited for any longer.</summary>
    Leave,
}

/// <summary>Decides how sessions leave a pod that goes. Pure.</summary>
internal static class FarewellRules
{
    /// <summary>For so long clients may still come: kube-proxy hears a moment later than kubelet that the pod goes.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    /// <summary>The next step.</summary>
    /// <param name="sessions">How many there are.</param>
    /// <param name="waited">Since the pod began to go.</param>
    /// <param name="told">Since they were first told; null when they were not.</param>
    /// <param name="settings">The times.</param>
    public static FarewellStep Next(int sessions, TimeSpan waited, TimeSpan? told, ReloadSettings settings)
    {
        if (sessions == 0 && waited >= Settling)
            return FarewellStep.Leave;
        if (told is { } since)
            return since >= TimeSpan.FromSeconds(settings.RestartGraceSeconds) ? FarewellStep.Leave : FarewellStep.Tell;
        return sessions > 0 && waited >= TimeSpan.FromSeconds(settings.RestartAfterSeconds) ? FarewellStep.Tell : FarewellStep.Wait;
    }

    /// <summary>
    /// Whether a notice is from before the master's start: it was for those who were served before. With the younger one somebody is just seen off.
    /// </summary>
    public static bool IsLeftOver(TimeSpan noticeAge, TimeSpan masterAge) => noticeAge > masterAge;
}

/// <summary>Counts the sessions of a farewell by how they ended.</summary>
internal sealed class FarewellTally
{
    private readonly HashSet<(int Pid, long Start)> _present = [];

    /// <summary>Sessions that ended before anybody was told.</summary>
    public int EndedThemselves { get; private set; }

    /// <summary>Sessions that were told, those that came later included.</summary>
    public int Told { get; private set; }

    /// <summary>Sessions that are there.</summary>
    public int Left => _present.Count;

    /// <summary>Takes note of a look.</summary>
    /// <param name="sessions">The workers in a session.</param>
    public void Look(IReadOnlyCollection<(int Pid, long Start)> sessions)
    {
        if (Told == 0)
            EndedThemselves += _present.Count(one => !sessions.Contains(one));
        else
            Told += sessions.Count(one => !_present.Contains(one));
        _present.Clear();
        _present.UnionWith(sessions);
    }

    /// <summary>Takes note of the telling.</summary>
    public void Tell() => Told = Math.Max(Told, _present.Count);
}
