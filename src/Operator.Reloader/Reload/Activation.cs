using Operator.Reloader.Generations;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Reload;

/// <summary>
/// Makes a staged generation the active one and keeps the state file in step. Each write is ordered so that a death between any two leaves
/// what <see cref="ReloadState.Resume"/> can go on from.
/// </summary>
internal sealed class Activation(
    ReloaderOptions options, GenerationStore store, ServiceBinaryCopies binaries, ProcFs proc, WorkerScanner scanner, QuietGate gate)
{
    private readonly StateFile _file = new(options.StateFile);

    /// <summary>What is known of the active generation.</summary>
    public ReloadState State { get; private set; } = new();

    /// <summary>Reads the state and brings it in line with the link.</summary>
    public void Resume()
    {
        Save(_file.Read().Resume(store.Active, Libc.BootTicks()));
        if (State.Sealed)
            File.Delete(options.KeepWaiting); // an engine died before its flip
    }

    /// <summary>Takes note of the master that runs, as long as it is known what it read at its start.</summary>
    public void NoteMaster(MasterProcess master) => Save(State.WithMaster(master.Start));

    /// <summary>Whether the master still has the older cyrus.conf; one that started after the flip has read the new one by itself.</summary>
    public bool OwesMaster(MasterProcess master) =>
        State.MasterOwed == State.Digest && State.Digest is not null && master.Start <= State.Epoch;

    /// <summary>Activates a generation with the same cyrus.conf, or any when no master runs. Nobody is signalled yet.</summary>
    public void Flip(string digest, MasterProcess? master)
    {
        var beforeTicks = Libc.BootTicks();
        var before = master is null ? new WorkerScan() : scanner.Scan(master);

        File.WriteAllText(options.KeepWaiting, "");
        store.Flip(digest);
        var epoch = Libc.BootTicks();
        Bump([]);
        var after = master is null ? new WorkerScan() : scanner.Scan(master);
        var unsealed = BinariesOf(SealRules.Suspects(before.Workers, beforeTicks, after.Workers, epoch));
        Save(new ReloadState
        {
            Digest = digest,
            Epoch = epoch,
            Previous = State.Proved ? State.Digest : State.Previous,
            Past = State.PastAt(epoch),
            Unsealed = unsealed,
            MasterOwed = State.MasterOwed == digest ? digest : null,
            MasterStart = State.MasterStart,
            MasterDigest = State.MasterDigest,
        });
    }

    /// <summary>Activates a generation and signals the master, both at one quiet moment.</summary>
    /// <param name="digest">The generation.</param>
    /// <param name="master">The running master.</param>
    /// <param name="force">Whether sessions may be put at risk.</param>
    public GateResult TryFlipWithMaster(string digest, MasterProcess master, bool force) => Owed(gate.TrySignal(
        master,
        () =>
        {
            Save(State with { MasterOwed = digest });
            Flip(digest, master);
        },
        force));

    /// <summary>Signals the master when an engine died between the flip and the signal.</summary>
    public GateResult TrySignalMaster(MasterProcess master, bool force) => Owed(gate.TrySignal(master, static () => { }, force));

    private GateResult Owed(GateResult result)
    {
        if (result.IsDone)
            Save(State with { MasterOwed = null });
        return result;
    }

    /// <summary>
    /// Called when no old worker is starting any more, and none waits that was not told to leave: from now on no old one can accept again, those least of all that are
    /// in a session.
    /// </summary>
    public void Seal()
    {
        if (State.Sealed)
            return;
        if (State.Unsealed is not { Count: 0 })
            Bump(State.Unsealed ?? []);
        File.Delete(options.KeepWaiting);
        Save(State with { Sealed = true, Unsealed = [] });
    }

    /// <summary>Removes the generations that no worker of <paramref name="workers"/> can have started under.</summary>
    public void Clean(IReadOnlyList<Worker> workers)
    {
        var oldest = workers.Count == 0 ? long.MaxValue : workers.Min(static worker => worker.Start);
        HashSet<string> needed = [.. State.NeededSince(oldest)];
        if (State.Digest is { } digest)
            needed.Add(digest);
        if (State.MasterDigest is { } started)
            needed.Add(started);
        if (!State.Proved && State.Previous is { } previous)
            needed.Add(previous);
        store.Clean(needed);
        if (State.Past.Any(past => !needed.Contains(past.Digest) || past.Until < oldest))
            Save(State with { Past = [.. State.Past.Where(past => past.Until >= oldest)] });
    }

    /// <summary>The active generation was proved on the wire.</summary>
    public void Proved()
    {
        if (!State.Proved)
            Save(State with { Proved = true });
    }

    private void Bump(IReadOnlyList<string> names)
    {
        if (options.BumpBinaries)
            binaries.Bump(names);
    }

    /// <summary>One that is not in a copy by now has not begun to read the configuration, or is gone.</summary>
    private List<string> BinariesOf(IEnumerable<Worker> workers) =>
        [.. workers.Select(worker => proc.Executable(worker.Pid)).Where(binaries.Holds).Select(static path => Path.GetFileName(path)).Distinct()];

    private void Save(ReloadState state)
    {
        if (state == State)
            return;
        _file.Write(state);
        State = state;
    }
}
