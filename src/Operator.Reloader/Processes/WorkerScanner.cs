using System.Text;
using Operator.Reloader.Native;

namespace Operator.Reloader.Processes;

/// <summary>
/// Finds the master's workers in /proc. What cannot change in a process' life (kind, service, listening socket, handlers once
/// installed) is remembered, and its directory held open, which the kernel never gives to another process: so a second look at a worker
/// costs one system call. Not thread-safe.
/// </summary>
internal sealed class WorkerScanner(ProcFs proc) : IDisposable
{
    private const int StatusDescriptor = 3; // master/service.h: STATUS_FD
    private const int ListenDescriptor = 4; // master/service.h: LISTEN_FD

    private const string Deleted = " (deleted)"; // proc(5): /proc/PID/exe of a program that was replaced on disk

    private readonly List<int> _pids = [];
    private readonly List<long> _sockets = [];
    private readonly TcpTable _table = new();
    private readonly long _mostOpen = Libc.MostDescriptors() / 2; // the rest of the sidecar needs some, too
    private Dictionary<int, Facts> _known = [];
    private Dictionary<int, Facts> _next = [];
    private MasterProcess? _master;

    /// <summary>Looks at every child of <paramref name="master"/> once.</summary>
    public WorkerScan Scan(MasterProcess master)
    {
        var scan = new WorkerScan(_known.Count);
        // The children of a master that has ended are another's: nothing that is remembered of them counts any more.
        var isSame = master.IsSame(_master) && proc.TryStat(master.Pid, out var own) && !own.IsGone && own.Start == master.Start;
        _master = master;
        proc.ListPids(_pids);
        foreach (var pid in _pids)
        {
            if (isSame && TryLookAgain(master, pid, scan))
                continue;
            if (proc.TryStat(pid, out var stat) && stat.Parent == master.Pid && !stat.IsGone)
                Look(master, pid, stat, scan);
        }
        // Forgets what has gone: the memory never grows with the number of workers that ever lived.
        (_known, _next) = (_next, _known);
        foreach (var (pid, facts) in _next)
        {
            if (facts.Directory >= 0 && (!_known.TryGetValue(pid, out var now) || now.Directory != facts.Directory))
                ProcFs.Close(facts.Directory);
        }
        _next.Clear();
        return scan;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var facts in _known.Values.Where(static facts => facts.Directory >= 0))
            ProcFs.Close(facts.Directory);
        _known.Clear();
    }

    /// <summary>A known worker that is still there: only whether it is in a session can have changed.</summary>
    private bool TryLookAgain(MasterProcess master, int pid, WorkerScan scan)
    {
        if (!_known.TryGetValue(pid, out var facts) || facts.Directory < 0 || !proc.TrySocketOnStdin(facts.Directory, out var stdin))
            return false;
        scan.Workers.Add(WorkerOf(master, pid, facts, WorkerRules.State(true, stdin, facts.Listening, master.Stdin)));
        _next[pid] = facts;
        return true;
    }

    private static Worker WorkerOf(MasterProcess master, int pid, Facts facts, WorkerState state) =>
        new(pid, facts.Start, facts.Service, facts.Listening, state) { MastersStdin = master.Stdin };

    private void Look(MasterProcess master, int pid, ProcessStat stat, WorkerScan scan)
    {
        if (!_known.TryGetValue(pid, out var facts) || facts.Start != stat.Start)
            facts = Learn(master, pid, stat.Start);

        switch (facts.Kind)
        {
            case ChildKind.Forked:
                scan.Workers.Add(new Worker(pid, stat.Start, "", 0, WorkerState.Starting));
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
                if (facts is { CatchesHangup: true, Directory: < 0 } && _next.Count < _mostOpen)
                    facts = facts with { Directory = proc.Open(pid, stat.Start) };
                scan.Workers.Add(LookAtWorker(master, pid, facts));
                break;
        }
        _next[pid] = facts;
    }

    private Worker LookAtWorker(MasterProcess master, int pid, Facts facts)
    {
        var hasThreads = !facts.CatchesHangup && proc.HasThreads(pid);
        var state = WorkerRules.State(facts.CatchesHangup, proc.SocketOn(pid, 0), facts.Listening, master.Stdin, hasThreads);
        return WorkerOf(master, pid, facts, state) with
        {
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
            return new Facts(start, ChildKind.Forked, "", "", 0);

        var environment = proc.Environment(pid);
        var service = ProcText.TryVariable(environment, "CYRUS_SERVICE"u8, out var name) ? Encoding.UTF8.GetString(name) : "";
        var isDaemon = ProcText.TryVariable(environment, "CYRUS_ISDAEMON"u8, out _);
        var listening = proc.SocketOn(pid, ListenDescriptor);
        var kind = WorkerRules.Kind(proc.IsPipe(pid, StatusDescriptor), listening, isDaemon);
        return new Facts(start, kind, service, kind == ChildKind.Daemon ? ProgramOf(pid) : "", listening);
    }

    private string ProgramOf(int pid)
    {
        var name = Path.GetFileName(proc.Executable(pid));
        return name.EndsWith(Deleted, StringComparison.Ordinal) ? name[..^Deleted.Length] : name;
    }

    private readonly record struct Facts(long Start, ChildKind Kind, string Service, string Program, long Listening)
    {
        public bool CatchesHangup { get; init; }

        /// <summary>Of a worker that is past its start; -1 when it could not be opened.</summary>
        public int Directory { get; init; } = -1;
    }
}
