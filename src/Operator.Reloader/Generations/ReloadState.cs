using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Reloader.Native;

namespace Operator.Reloader.Generations;

/// <summary>What cannot be read from /proc or from the link. Lives beside the generations, on the memory-backed volume.</summary>
internal sealed record ReloadState
{
    /// <summary>The generation that the rest is about; when the link names another, the engine died between two steps.</summary>
    public string? Digest { get; init; }

    /// <summary>Boot-clock ticks (USER_HZ) after the flip: a worker that started then or before may have read the older generation.</summary>
    public long Epoch { get; init; }

    /// <summary>The generation to go back to; null when there is none.</summary>
    public string? Previous { get; init; }

    /// <summary>Whether <see cref="Digest"/> was proved on the wire.</summary>
    public bool Proved { get; init; }

    /// <summary>Whether the binaries' mtime was changed when no old worker was starting any more: no old worker can accept again.</summary>
    public bool Sealed { get; init; }

    /// <summary>The generation whose cyrus.conf the master has still to be told of; null when there is none.</summary>
    public string? MasterOwed { get; init; }

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
