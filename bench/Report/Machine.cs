using System.Diagnostics;
using System.Globalization;
using Operator.Testing;

namespace Report;

/// <summary>On what, and of what, figures were taken.</summary>
/// <param name="Processor">Its model.</param>
/// <param name="Cores">How many of them.</param>
/// <param name="Memory">In GB.</param>
/// <param name="Kernel">Version of Linux.</param>
/// <param name="Dotnet">Version of .NET.</param>
/// <param name="Load">Load average over one minute before the measurement: whether others used the machine, too.</param>
/// <param name="Date">The day.</param>
/// <param name="Commit">What was measured.</param>
public sealed record Machine(string Processor, int Cores, double Memory, string Kernel, string Dotnet, double Load, DateOnly Date, string Commit)
{
    private const double KilobytesPerGigabyte = 1024 * 1024;

    /// <summary>Looks at this one.</summary>
    public static async Task<Machine> ReadAsync(TimeProvider time, CancellationToken stop) => new(
        ValueOf("/proc/cpuinfo", "model name"),
        Environment.ProcessorCount,
        double.Parse(ValueOf("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) / KilobytesPerGigabyte,
        (await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", stop)).Trim(),
        Environment.Version.ToString(),
        double.Parse((await File.ReadAllTextAsync("/proc/loadavg", stop)).Split(' ')[0], CultureInfo.InvariantCulture),
        DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime),
        await CommitAsync(stop));

    /// <summary>In one line.</summary>
    public string InWords(string command) => string.Create(
        CultureInfo.InvariantCulture,
        $"`{command}`, {Date:yyyy-MM-dd}, commit {Commit}, {Cores} cores of {Processor}, {Memory:0} GB, Linux {Kernel}, .NET {Dotnet}, load before it {Load:0.0}.");

    private static string ValueOf(string file, string name) =>
        File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':', 2)[1].Trim();

    /// <summary>Marked when files differ from it; the results themselves do not count.</summary>
    private static async Task<string> CommitAsync(CancellationToken stop)
    {
        var commit = await GitAsync(stop, "rev-parse", "--short=10", "HEAD");
        var changed = await GitAsync(stop, "status", "--porcelain", "--untracked-files=no", "--", ":!docs");
        return commit.Length == 0 ? "unknown" : commit + (changed.Length > 0 ? " with changes" : "");
    }

    private static async Task<string> GitAsync(CancellationToken stop, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", Repository.Root, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var git = Process.Start(start)!;
        var text = await git.StandardOutput.ReadToEndAsync(stop);
        await git.WaitForExitAsync(stop);
        return git.ExitCode == 0 ? text.Trim() : "";
    }
}
