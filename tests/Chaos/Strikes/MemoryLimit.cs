using System.Globalization;

namespace Chaos.Strikes;

/// <summary>The memory limit of the container that a process is in, lowered for a while to what it cannot do with.</summary>
internal sealed class MemoryLimit : IDisposable
{
    private readonly string file;
    private readonly string before;

    private MemoryLimit(string file) => (this.file, before) = (file, File.ReadAllText(file));

    /// <summary>Lowers it as far as the kernel lets us; who then wants a page more is killed.</summary>
    public static MemoryLimit Squeeze(int pid)
    {
        var (limit, usage) = FilesOf(File.ReadLines($"/proc/{pid}/cgroup"));
        var squeezed = new MemoryLimit(limit);
        var used = long.Parse(File.ReadAllText(usage), CultureInfo.InvariantCulture);
        // Version 1 refuses what it cannot reclaim, and so the lowest that it takes is looked for; version 2 takes anything and kills.
        for (var part = 1; part <= Parts && !TryWrite(limit, (used / Parts * part).ToString(CultureInfo.InvariantCulture)); part++)
        {
            // A little more.
        }
        return squeezed;
    }

    /// <inheritdoc/>
    public void Dispose() => TryWrite(file, before.StartsWith("max", StringComparison.Ordinal) ? "max" : before.Trim());

    /// <summary>Where limit and usage are, by what is in /proc/PID/cgroup (cgroups(7)). Pure.</summary>
    internal static (string Limit, string Usage) FilesOf(IEnumerable<string> lines)
    {
        var groups = lines.Select(static line => line.Split(':', 3)).ToList();
        if (groups.FirstOrDefault(static group => group[1].Split(',').Contains("memory")) is { } old)
            return ($"/sys/fs/cgroup/memory{old[2]}/memory.limit_in_bytes", $"/sys/fs/cgroup/memory{old[2]}/memory.usage_in_bytes");
        var path = groups.First(static group => group[0] == "0")[2];
        return ($"/sys/fs/cgroup{path}/memory.max", $"/sys/fs/cgroup{path}/memory.current");
    }

    private const int Parts = 40;

    private static bool TryWrite(string file, string value)
    {
        try
        {
            File.WriteAllText(file, value);
            return true;
        }
        catch (IOException)
        {
            return false; // too low (EBUSY), or the container is gone and its group with it
        }
    }
}
