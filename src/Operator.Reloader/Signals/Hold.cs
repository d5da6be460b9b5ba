using System.Diagnostics;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Signals;

/// <summary>What a look at a stopped worker says.</summary>
internal enum HeldState
{
    /// <summary>It is gone, or did not stop in time: not to be signalled now.</summary>
    Unknown,

    /// <summary>It serves a client, or has just accepted one.</summary>
    Busy,

    /// <summary>It waits, and as long as it is held it cannot begin a session.</summary>
    Idle,
}

/// <summary>
/// Some workers, stopped (SIGSTOP), so that none can accept a client between the look and the signal. A stopped worker may hold the
/// accept lock of its service, so the hold is synchronous and lasts milliseconds; disposing continues every one, whatever happened.
/// </summary>
internal sealed class Hold : IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(20);

    private readonly ProcFs _proc;
    private readonly HeldFile _file;
    private readonly OtherSockets _others;
    private readonly List<(Worker Worker, PidHandle Handle)> _held = [];
    private readonly List<HeldState> _states = [];
    private readonly long _since = Stopwatch.GetTimestamp();

    private Hold(ProcFs proc, HeldFile file, OtherSockets others)
    {
        _proc = proc;
        _file = file;
        _others = others;
    }

    /// <summary>How long the workers have been held.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_since);

    /// <summary>Workers in the hold.</summary>
    public int Count => _held.Count;

    /// <summary>Stops <paramref name="workers"/>, waits until they are stopped and looks at each.</summary>
    /// <param name="proc">The process table.</param>
    /// <param name="file">Names the stopped ones for the guard.</param>
    /// <param name="workers">Whom to hold.</param>
    /// <param name="others">Sockets that need not be looked up during the hold.</param>
    public static Hold Take(ProcFs proc, HeldFile file, IReadOnlyList<Worker> workers, OtherSockets others)
    {
        var hold = new Hold(proc, file, others);
        try
        {
            hold.Stop(workers);
            hold.Look();
            return hold;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>The worker at an index and what the look said.</summary>
    public (Worker Worker, HeldState State) this[int index] => (_held[index].Worker, _states[index]);

    /// <summary>Sends SIGHUP to the worker at an index; it acts on it when the hold ends.</summary>
    public bool HangUp(int index) => _held[index].Handle.Send(Signal.Hangup);

    /// <summary>Continues every worker.</summary>
    public void Dispose()
    {
        foreach (var (_, handle) in _held)
            handle.Send(Signal.Continue);
        _file.Clear();
        foreach (var (_, handle) in _held)
            handle.Dispose();
        _held.Clear();
    }

    private void Stop(IReadOnlyList<Worker> workers)
    {
        foreach (var worker in workers)
        {
            if (PidHandle.Open(_proc, worker.Pid, worker.Start) is { } handle)
                _held.Add((worker, handle));
        }
        _file.Write(_held.Select(held => held.Worker.Pid));
        foreach (var (_, handle) in _held)
            handle.Send(Signal.Stop);
    }

    private void Look()
    {
        var sockets = new List<long>[_held.Count];
        var wanted = new HashSet<long>();
        for (var index = 0; index < _held.Count; index++)
        {
            var worker = _held[index].Worker;
            sockets[index] = [];
            _states.Add(IsStopped(worker) ? LookAt(worker, sockets[index]) : HeldState.Unknown);
            _others.RemoveFrom(sockets[index]);
            wanted.UnionWith(sockets[index]);
        }
        if (wanted.Count == 0)
            return;

        // Read after the stop: from here on no held worker can add a socket.
        wanted.UnionWith(_held.Select(static held => held.Worker.Listening));
        var tcp = _others.Read(_proc, wanted);
        for (var index = 0; index < _held.Count; index++)
        {
            if (_states[index] == HeldState.Idle && tcp.HasClient(_held[index].Worker.Listening, sockets[index]))
                _states[index] = HeldState.Busy;
        }
    }

    /// <summary>
    /// Between accept() and dup2() a client sits on a number above 4 while hosts_access runs (service.c:libwrap_ask), so every socket is
    /// collected, not only descriptor 0.
    /// </summary>
    private HeldState LookAt(Worker worker, List<long> sockets)
    {
        if (!_proc.CatchesHangup(worker.Pid) || !_proc.ListSockets(worker.Pid, 4, sockets))
            return HeldState.Unknown;
        var state = WorkerRules.State(true, _proc.SocketOn(worker.Pid, 0), worker.Listening, worker.MastersStdin);
        return state == WorkerState.Idle ? HeldState.Idle : HeldState.Busy;
    }

    private bool IsStopped(Worker worker)
    {
        var spin = new SpinWait();
        while (_proc.TryStat(worker.Pid, out var stat) && stat.Start == worker.Start)
        {
            if (stat.IsStopped)
                return true;
            if (stat.IsGone || Elapsed > StopLimit)
                return false;
            spin.SpinOnce(sleep1Threshold: -1); // yields; a sleep of a millisecond is too coarse for a hold
        }
        return false;
    }
}
