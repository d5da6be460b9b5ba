using Operator.Reloader.Logging;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Reload;

/// <summary>Carries out <see cref="DaemonRules"/>, once per child and reload. Not thread-safe.</summary>
internal sealed class DaemonReplacer(ProcFs proc, JsonLog log, TimeProvider time)
{
    /// <summary>How long a daemon may take to leave; a reload waits that long for it, and then names it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Daemon, long> _terminated = [];
    private readonly HashSet<Daemon> _left = [];
    private long _epoch;

    /// <summary>Sees to every child that is older than <paramref name="epoch"/> and was not seen to since.</summary>
    /// <returns>Whether one that was told to leave may still do so in time, and the names of those that did not.</returns>
    public (bool IsWaiting, IReadOnlyList<string> Stubborn) Replace(IReadOnlyList<Daemon> daemons, long epoch)
    {
        if (epoch != _epoch)
        {
            _terminated.Clear();
            _left.Clear();
        }
        _epoch = epoch;
        var isWaiting = false;
        var stubborn = new List<string>();
        foreach (var daemon in daemons.Where(daemon => daemon.IsOld(epoch)))
        {
            if (DaemonRules.For(daemon.Name) == DaemonAction.Leave)
                Leave(daemon);
            else if (IsLate(daemon))
                stubborn.Add(daemon.Name);
            else
                isWaiting = true;
        }
        return (isWaiting, stubborn);
    }

    private void Leave(Daemon daemon)
    {
        if (_left.Add(daemon))
            log.Info("A daemon is left as it is.", ("program", daemon.Name));
    }

    private bool IsLate(Daemon daemon)
    {
        if (_terminated.TryGetValue(daemon, out var since))
            return time.GetElapsedTime(since) > Patience;
        using var handle = PidHandle.Open(proc, daemon.Pid, daemon.Start);
        if (handle?.Send(Signal.Terminate) == true)
        {
            _terminated.Add(daemon, time.GetTimestamp());
            log.Info("A daemon is replaced.", ("program", daemon.Name));
        }
        return false;
    }
}
