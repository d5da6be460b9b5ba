namespace Operator.Reloader.Processes;

/// <summary>What a worker is doing, as far as /proc tells.</summary>
internal enum WorkerState
{
    /// <summary>Forked, but not yet in the main loop: it has no SIGHUP handler, so that signal would kill it.</summary>
    Starting,

    /// <summary>Waits for the accept lock or for a connection.</summary>
    Idle,

    /// <summary>Serves a client: descriptor 0 is its socket.</summary>
    InSession,

    /// <summary>A pool of threads (mupdate): it never has a SIGHUP handler, serves all its clients at once and keeps what it read at its start.</summary>
    Unreloadable,
}

/// <summary>What kind of child of the master a process is.</summary>
internal enum ChildKind
{
    /// <summary>Forked, not yet exec'd: nobody can tell what it will be.</summary>
    Forked,

    /// <summary>An entry of SERVICES: descriptor 3 is the pipe to the master, descriptor 4 the listening socket.</summary>
    Worker,

    /// <summary>An entry of DAEMON (CYRUS_ISDAEMON in its environment).</summary>
    Daemon,

    /// <summary>A run of an entry of START or EVENTS.</summary>
    Job,
}

/// <summary>A worker at the time of one scan.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Start">Start in USER_HZ since boot.</param>
/// <param name="Service">Name in cyrus.conf; empty when it could not be read.</param>
/// <param name="Listening">Inode of the listening socket; 0 while it is not known.</param>
/// <param name="State">What it is doing.</param>
internal readonly record struct Worker(int Pid, long Start, string Service, long Listening, WorkerState State)
{
    /// <summary>Socket inode of the master's descriptor 0, which a never-used worker inherits; normally 0.</summary>
    public long MastersStdin { get; init; }

    /// <summary>Whether an <see cref="WorkerState.Unreloadable"/> one has clients: a signal to the master would cost it and them their lives.</summary>
    public bool HasClients { get; init; }

    /// <summary>
    /// Whether it may have read what was active before <paramref name="epoch"/>. The tick of the flip counts as old: replacing a
    /// fresh worker costs a fork, sparing an old one breaks the promise.
    /// </summary>
    public bool IsOld(long epoch) => Start <= epoch;
}

/// <summary>A child that an entry of DAEMON stands for.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Start">Start in USER_HZ since boot.</param>
/// <param name="Name">File name of its program.</param>
internal readonly record struct Daemon(int Pid, long Start, string Name)
{
    /// <summary>Whether it may have read what was active before <paramref name="epoch"/>.</summary>
    public bool IsOld(long epoch) => Start <= epoch;
}

/// <summary>The children of the master at one time.</summary>
/// <param name="expected">About how many workers there will be.</param>
internal sealed class WorkerScan(int expected = 0)
{
    /// <summary>All workers, forked ones that may become workers included.</summary>
    public List<Worker> Workers { get; } = new(expected);

    /// <summary>Children of DAEMON.</summary>
    public List<Daemon> Daemons { get; } = [];

    /// <summary>Running jobs of START and EVENTS: a SIGHUP to the master kills them (master.c:send_sighup).</summary>
    public int Jobs { get; set; }
}

/// <summary>Tells a worker's state from descriptors and handlers. Pure.</summary>
internal static class WorkerRules
{
    /// <summary>
    /// The state of an exec'd worker. Source: master/service.c:main - the handlers are installed at the top of its loop, the client is
    /// on descriptor 0 while it is served and /dev/null or the master's stdin otherwise.
    /// </summary>
    /// <param name="catchesHangup">SigCgt has SIGHUP.</param>
    /// <param name="stdin">Socket inode of descriptor 0, or 0.</param>
    /// <param name="listening">Socket inode of descriptor 4.</param>
    /// <param name="mastersStdin">Socket inode of the master's descriptor 0, which never-used workers inherit, or 0.</param>
    /// <param name="hasThreads">
    /// Whether it has several threads. All but mupdate have one; mupdate starts its threads in service_init and installs no SIGHUP handler
    /// (master/service-thread.c), so without this it would look as if it were starting for ever.
    /// </param>
    public static WorkerState State(bool catchesHangup, long stdin, long listening, long mastersStdin, bool hasThreads = false)
    {
        if (hasThreads && !catchesHangup)
            return WorkerState.Unreloadable;
        // A datagram service (notifyd) has its one socket on 0 and 4 for ever: no session.
        var inSession = stdin != 0 && stdin != listening && stdin != mastersStdin;
        if (inSession)
            return WorkerState.InSession;
        return catchesHangup ? WorkerState.Idle : WorkerState.Starting;
    }

    /// <summary>What an exec'd child is.</summary>
    public static ChildKind Kind(bool statusIsPipe, long listening, bool isDaemon)
    {
        if (isDaemon)
            return ChildKind.Daemon;
        return statusIsPipe && listening != 0 ? ChildKind.Worker : ChildKind.Job;
    }
}
