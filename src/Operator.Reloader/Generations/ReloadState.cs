using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Reloader.Native;

namespace Operator.Reloader.Generations;

/// <summary>A generation that was active once.</summary>
/// <param name="Digest">Its digest.</param>
/// <param name="Until">Boot-clock ticks of the flip that ended it: workers that started then or before may have read it.</param>
internal sealed record PastGeneration(string Digest, long Until);

/// <summary>What cannot be read from /proc or from the link. Lives beside the generations, on the memory-backed volume.</summary>
internal sealed record ReloadState
{
    private const int MostPast = 1000;

    /// <summary>The generation that the rest is about; when the link names another, the engine died between two steps.</summary>
    public string? Digest { get; init; }

    /// <summary>Boot-clock ticks (USER_HZ) after the flip: a worker that started then or before may have read the older generation.</summary>
    public long Epoch { get; init; }

    /// <summary>
    /// The generation to go back to: the last one that was proved before <see cref="Digest"/> became active; that one itself on the way back to it. Null when
    /// there is none.
    /// </summary>
    public string? Previous { get; init; }

    /// <summary>Whether <see cref="Digest"/> was proved on the wire.</summary>
    public bool Proved { get; init; }

    /// <summary>Whether no old worker can accept again: all those that could were told to leave, and the others leave after their session.</summary>
    public bool Sealed { get; init; }

    /// <summary>
    /// File names of the binaries whose mtime has to be changed once more for that; null for all of them, as it is not known. Each change costs every worker of
    /// the binary its life, also the fresh ones.
    /// </summary>
    public IReadOnlyList<string>? Unsealed { get; init => field = value is { Count: > 0 } ? [.. value.Where(static name => name is not null)] : value; }

    /// <summary>The generation whose cyrus.conf the master has still to be told of; null when there is none.</summary>
    public string? MasterOwed { get; init; }

    /// <summary>Start of the master that <see cref="MasterDigest"/> is about, in USER_HZ since boot.</summary>
    public long MasterStart { get; init; }

    /// <summary>The generation under which the master started: what it read then, it keeps.</summary>
    public string? MasterDigest { get; init; }

    /// <summary>The same state with the master that runs now. Pure.</summary>
    public ReloadState WithMaster(long start) => MasterStart == start ? this : this with
    {
        MasterStart = start,
        MasterDigest = Past.FirstOrDefault(past => start <= past.Until)?.Digest ?? Digest,
    };

    /// <summary>Generations that were active before, oldest first: a worker that started under one may still read its certificate.</summary>
    public IReadOnlyList<PastGeneration> Past { get; init => field = value is { Count: > 0 } ? [.. value.Where(static past => past is { Digest: not null })] : []; } = [];

    /// <summary>The generations that a worker may still need, when the oldest one alive started at <paramref name="oldest"/>. Pure.</summary>
    public IEnumerable<string> NeededSince(long oldest) => Past.Where(past => past.Until >= oldest).Select(static past => past.Digest);

    /// <summary>The past with the active generation added to it, as it is when another takes its place at <paramref name="epoch"/>. Pure.</summary>
    public IReadOnlyList<PastGeneration> PastAt(long epoch) =>
        Digest is null ? Past : [.. Past.TakeLast(MostPast - 1), new PastGeneration(Digest, epoch)];

    /// <summary>What holds after a restart, when the link says that <paramref name="active"/> is active. Pure.</summary>
    /// <param name="active">What the link names.</param>
    /// <param name="now">Boot-clock ticks: when in doubt every worker is old, and replacing a fresh one is harmless.</param>
    public ReloadState Resume(string? active, long now)
    {
        if (active == Digest)
            return MasterOwed == Digest ? this : this with { MasterOwed = null };
        return new ReloadState
        {
            Digest = active,
            Epoch = now,
            Previous = Proved ? Digest : Previous,
            Past = PastAt(now),
            MasterStart = MasterStart,
            MasterDigest = MasterDigest,
            MasterOwed = MasterOwed == active ? active : null,
        };
    }
}

/// <summary>Keeps <see cref="ReloadState"/> in a file that is only ever replaced whole.</summary>
internal sealed class StateFile(string path)
{
    /// <summary>Reads the state; a new one when there is none, or none that can be read (the epoch then becomes the time of the start).</summary>
    public ReloadState Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), StateJson.Default.ReloadState) ?? new ReloadState();
        }
        catch (Exception error) when (error is FileNotFoundException or JsonException)
        {
            return new ReloadState();
        }
    }

    /// <summary>Replaces the state.</summary>
    public void Write(ReloadState state)
    {
        var unfinished = path + ".tmp";
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.ReloadState));
        Libc.ReplaceByRename(unfinished, path);
    }
}

/// <summary>JSON of the state file, generated at build time.</summary>
[JsonSerializable(typeof(ReloadState))]
internal sealed partial class StateJson : JsonSerializerContext;
