using System.Globalization;
using System.Runtime.InteropServices;
using MailLoad;

namespace Chaos;

/// <summary>The processes of this machine, which is the node.</summary>
internal static partial class Processes
{
    /// <summary>Signal numbers (signal(7), x86 and ARM).</summary>
    public const int SigKill = 9, SigContinue = 18, SigStop = 19;

    /// <summary>Those of a program in a pod; others may run the same one on this machine, and are left alone.</summary>
    public static IReadOnlyList<int> InPods(string comm) => [.. Directory.EnumerateDirectories("/proc")
        .Select(static path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid != 0 && TextOf(pid, "comm").Trim() == comm && TextOf(pid, "cgroup").Contains("/kubepods/", StringComparison.Ordinal))];

    /// <summary>A component that hack/cluster has started; null when it does not run.</summary>
    public static int? OfComponent(string name)
    {
        var run = Path.Combine(PodOnNode.ClusterState, "run");
        var pid = int.Parse(File.ReadAllText(Path.Combine(run, name + ".pid")), CultureInfo.InvariantCulture);
        var program = File.ReadAllText(Path.Combine(run, name + ".program")).Trim();
        // A pid file outlives its process, and the number may by now be somebody else's.
        return new FileInfo($"/proc/{pid}/exe").LinkTarget == program ? pid : null;
    }

    /// <summary>Sends a signal; a process that is gone is none to be hurt.</summary>
    public static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    /// <summary>Whether a stop has reached all of its threads, or it is gone.</summary>
    public static bool IsStopped(int pid) => !Directory.Exists($"/proc/{pid}") || Directory.EnumerateDirectories($"/proc/{pid}/task")
        .All(static path => TextOf(path, "stat") is var stat && (stat.Length == 0 || stat[(stat.LastIndexOf(')') + 2)..].StartsWith('T')));

    private static string TextOf(int pid, string file) => TextOf($"/proc/{pid}", file);

    private static string TextOf(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (IOException)
        {
            return ""; // it is gone
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
