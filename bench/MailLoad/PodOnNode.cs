using System.Globalization;

namespace MailLoad;

/// <summary>A pod as its node sees it, which is this machine: its volumes and its processes.</summary>
/// <param name="uid">The pod's.</param>
public sealed class PodOnNode(string uid)
{
    /// <summary>How often a file or the processes are looked at.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    /// <summary>The path of something in a volume.</summary>
    public string Volume(string path) => Path.Combine(ClusterState, "kubelet", "pods", uid, "volumes", path);

    /// <summary>Its processes of a program.</summary>
    /// <param name="comm">As /proc/PID/comm has it.</param>
    public IReadOnlyList<int> Running(string comm) => [.. Processes().Where(pid => Is(pid, comm))];

    /// <summary>Its workers, and whether each serves a client.</summary>
    public IReadOnlyList<(int Pid, bool IsIdle)> Workers()
    {
        var masters = Running(Master);
        return [.. Processes().Where(pid => Read(pid) is { } worker && masters.Contains(worker.Parent)).Select(static pid => (pid, IsIdle(pid)))];
    }

    /// <summary>Its idle workers that were there before a moment; asked again and again.</summary>
    /// <param name="epoch">Boot-clock ticks (<see cref="Ticks"/>).</param>
    public Func<int> IdleFromBefore(long epoch)
    {
        var master = Running(Master) is [var first, ..] ? first : 0;
        var isOld = new Dictionary<int, bool>(); // a number is not given again so soon
        return () => ChildrenOf(master).Count(pid => IsOld(pid) && IsIdle(pid));

        bool IsOld(int pid) =>
            isOld.TryGetValue(pid, out var known) ? known : Read(pid) is { } worker && (isOld[pid] = worker.Start < epoch);
    }

    /// <summary>Boot-clock ticks of now, in the unit of /proc/PID/stat, field 22 (proc(5)).</summary>
    public static long Ticks() => (long)(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture) * 100);

    private const string Master = "cyrmaster";

    /// <summary>Where hack/cluster keeps what runs.</summary>
    /// <exception cref="InvalidOperationException">Nobody has said.</exception>
    public static string ClusterState => Environment.GetEnvironmentVariable("CLUSTER_STATE")
        ?? throw new InvalidOperationException("CLUSTER_STATE is not set; run this by hack/bench, hack/chaos or hack/test.");

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(static path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(static pid => pid != 0);

    // All of /proc takes too long under load (proc(5), CONFIG_PROC_CHILDREN).
    private static IEnumerable<int> ChildrenOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(static child => int.Parse(child, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return []; // it is gone
        }
    }

    private bool Is(int pid, string comm)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim() == comm
                && File.ReadAllText($"/proc/{pid}/cgroup").Contains(uid, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it is gone
        }
    }

    private static (int Parent, long Start)? Read(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null; // it is gone
        }
    }

    // A worker listens on 4 and has its client on 0 (Cyrus, master/service.c).
    private static bool IsIdle(int pid) => !Target(pid, 0).StartsWith("socket:", StringComparison.Ordinal)
        && Target(pid, 4).StartsWith("socket:", StringComparison.Ordinal);

    private static string Target(int pid, int descriptor) => new FileInfo($"/proc/{pid}/fd/{descriptor}").LinkTarget ?? "";
}
