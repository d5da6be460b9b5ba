using System.Globalization;
using System.Runtime.InteropServices;
using MailLoad;

namespace Chaos;

/// <summary>The processes of this machine, which is the node.</summary>
internal static partial class Processes
{
    /// <summary>Signal numbers (signal(7), x86 and ARM).</summary>
    public const int SigKill = 9, SigContinue = 18, SigStop = 19;

    /// <summary>Those of a program.</summary>
    public static IReadOnlyList<int> Named(string comm) => [.. Directory.EnumerateDirectories("/proc")
        .Select(static path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid != 0 && NameOf(pid) == comm)];

    /// <summary>A component that hack/cluster has started.</summary>
    public static int OfComponent(string name) =>
        int.Parse(File.ReadAllText(Path.Combine(PodOnNode.ClusterState, "run", name + ".pid")), CultureInfo.InvariantCulture);

    /// <summary>Sends a signal; a process that is gone is none to be hurt.</summary>
    public static void Signal(int pid, int signal) => _ = Kill(pid, signal);

    private static string NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (IOException)
        {
            return ""; // it is gone
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
