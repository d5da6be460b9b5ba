using Operator.Reloader.Logging;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Reload;

/// <summary>Carries out <see cref="DaemonRules"/>, once per child and reload. Not thread-safe.</summary>
internal sealed class DaemonReplacer(ProcFs proc, JsonLog log)
{
    private readonly HashSet<Daemon> _done = [];
    private long _epoch;

    /// <summary>Sees to every child that is older than <paramref name="epoch"/> and was not seen to since.</summary>
    public void Replace(IReadOnlyList<Daemon> daemons, long epoch)
    {
        if (epoch != _epoch)
            _done.Clear();
        _epoch = epoch;
        foreach (var daemon in daemons)
        {
            if (daemon.IsOld(epoch) && _done.Add(daemon))
                Replace(daemon);
        }
    }

    private void Replace(Daemon daemon)
    {
        if (DaemonRules.For(daemon.Name) == DaemonAction.Leave)
        {
            log.Info("A daemon is left as it is.", ("program", daemon.Name));
            return;
        }
        using var handle = PidHandle.Open(proc, daemon.Pid, daemon.Start);
        if (handle?.Send(Signal.Terminate) == true)
            log.Info("A daemon is replaced.", ("program", daemon.Name));
    }
}
