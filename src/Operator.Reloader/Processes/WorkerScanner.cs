using System.Text;

namespace Operator.Reloader.Processes;

/// <summary>
/// Finds the master's workers in /proc. What cannot change in a process' life (kind, service, listening socket, handlers once
/// installed) is remembered by pid and start time, so that a second look at a worker costs two system calls. Not thread-safe.
/// </summary>
internal sealed class WorkerScanner(ProcFs proc)
{
    private const int StatusDescriptor = 3; // master/service.h: STATUS_FD
    private const int ListenDescriptor = 4; // master/service.h: LISTEN_FD

    private const string Deleted = " (deleted)"; // proc(5): /proc/PID/exe of a program that was replaced on disk

    private readonly List<int> _pids = [];
    private readonly List<long> _sockets = [];
    private readonly TcpTable _table = new();
    private Dictionary<int, Facts> _known = [];
    private Dictionary<int, Facts> _next = [];

    /// <summary>Looks at every child of <paramref name="master"/> once.</summary>
    public WorkerScan Scan(MasterProcess master)
    {
        var scan = new WorkerScan();
        proc.ListPids(_pids);
        foreach (var pid in _pids)
        {
            if (proc.TryStat(pid, out var stat) && stat.Parent == master.Pid && !stat.IsGone)
                Look(master, pid, stat, scan);
        }
        // Forgets what has gone: the memory never grows with the number of workers that ever lived.
        (_known, _next) = (_next, _known);
        _next.Clear();
        return scan;
    }

    private void Look(MasterProcess master, int pid, ProcessStat stat, WorkerScan scan)
    {
        if (!_known.TryGetValue(pid, out var facts) || facts.Start != stat.Start)
            facts = Learn(master, pid, stat.Start);

        switch (facts.Kind)
        {
            case ChildKind.Forked:
                scan.Workers.Add(new Worker(pid, stat.Start, "", 0, WorkerState.Starting, stat.IsStopped));
                return; // not remembered: the exec is still to come
            case ChildKind.Job:
                scan.Jobs++;
                break;
            case ChildKind.Daemon:
                scan.Daemons.Add(new Daemon(pid, stat.Start, facts.Program));
                break;
            case ChildKind.Worker:
                if (!facts.CatchesHangup)
                    facts = facts with { CatchesHangup = proc.CatchesHangup(pid) };
                scan.Workers.Add(LookAtWorker(master, pid, stat, facts));
                break;
        }
        _next[pid] = facts;
    }

    private Worker LookAtWorker(MasterProcess master, int pid, ProcessStat stat, Facts facts)
    {
        var hasThreads = !facts.CatchesHangup && proc.HasThreads(pid);
        var state = WorkerRules.State(facts.CatchesHangup, proc.SocketOn(pid, 0), facts.Listening, master.Stdin, hasThreads);
        return new Worker(pid, stat.Start, facts.Service, facts.Listening, state, stat.IsStopped)
        {
            MastersStdin = master.Stdin,
            HasClients = state == WorkerState.Unreloadable && HasClients(pid, facts.Listening),
        };
    }

    /// <summary>A pool of threads has its clients on any descriptor.</summary>
    private bool HasClients(int pid, long listening)
    {
        _sockets.Clear();
        if (!proc.ListSockets(pid, ListenDescriptor, _sockets))
            return true; // never signal in doubt
        _table.Read(proc, new HashSet<long>(_sockets) { listening });
        return _table.HasClient(listening, _sockets);
    }

    private Facts Learn(MasterProcess master, int pid, long start)
    {
        var commandLine = proc.CommandLine(pid);
        if (commandLine.IsEmpty || commandLine.SequenceEqual(master.CommandLine))
            return new Facts(start, ChildKind.Forked, "", "", 0, false);

        var environment = proc.Environment(pid);
        var service = ProcText.TryVariable(environment, "CYRUS_SERVICE"u8, out var name) ? Encoding.UTF8.GetString(name) : "";
        var isDaemon = ProcText.TryVariable(environment, "CYRUS_ISDAEMON"u8, out _);
        var listening = proc.SocketOn(pid, ListenDescriptor);
        var kind = WorkerRules.Kind(proc.IsPipe(pid, StatusDescriptor), listening, isDaemon);
        return new Facts(start, kind, service, kind == ChildKind.Daemon ? ProgramOf(pid) : "", listening, false);
    }

    private string ProgramOf(int pid)
    {
        var name = Path.GetFileName(proc.Executable(pid));
        return name.EndsWith(Deleted, StringComparison.Ordinal) ? name[..^Deleted.Length] : name;
    }

    private readonly record struct Facts(long Start, ChildKind Kind, string Service, string Program, long Listening, bool CatchesHangup);
}
