using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Operator.Testing;

namespace Operator.Kubernetes.Tests.Leadership;

/// <summary>What a probe said.</summary>
/// <param name="Process">Which one.</param>
/// <param name="At">The machine's monotonic clock, the same for all processes.</param>
/// <param name="What"><c>try</c>, <c>written</c> or <c>refused</c>.</param>
/// <param name="Count">The count it was about.</param>
internal sealed record ProbeLine(ProbeProcess Process, long At, string What, int Count);

/// <summary>One LeaderProbe as a real process.</summary>
internal sealed partial class ProbeProcess : IAsyncDisposable
{
    private const int Kill = 9; // signal(7), the same on all that .NET runs on but MIPS
    private const int Term = 15;
    private const int Continue = 18;
    private const int Halt = 19;
    private readonly Process process;
    private readonly Process guard;
    private readonly Task reading;
    private readonly List<string> log = [];
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ProbeProcess(string identity, IReadOnlyList<string> arguments, string kubeconfig, ChannelWriter<ProbeLine> lines)
    {
        Identity = identity;
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        process = Process.Start(start)!;
        // Ends it with this process, however that ends; one that is held, too.
        guard = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read -r _; kill -KILL $0 2>&-", $"{process.Id}"])
        {
            RedirectStandardInput = true,
        })!;
        reading = ReadAsync(lines);
    }

    public string Identity { get; }

    /// <summary>It was held for a while: its clock may have told it too late.</summary>
    public bool WasHeld { get; private set; }

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>All that it logged.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return string.Join('\n', log);
        }
    }

    private static string Program => Repository.PathOf(
        "artifacts", "bin", "LeaderProbe", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "LeaderProbe");

    /// <summary>It has seen the other one hold the lease.</summary>
    public bool Saw(ProbeProcess leader) => Log.Contains($"is held by '{leader.Identity}'", StringComparison.Ordinal);

    /// <summary>SIGKILL.</summary>
    /// <returns>Timestamp of just before.</returns>
    public long KillNow() => Signal(Kill);

    /// <summary>SIGTERM, a clean stop, once it has started: before, the runtime does not listen to signals.</summary>
    /// <returns>Timestamp of just before.</returns>
    public async Task<long> StopAsync()
    {
        await Task.WhenAny(started.Task, reading);
        return Signal(Term);
    }

    /// <summary>SIGSTOP for a while.</summary>
    public async Task HoldAsync(TimeSpan span, CancellationToken cancellationToken)
    {
        WasHeld = true;
        Signal(Halt);
        await Task.Delay(span, TimeProvider.System, cancellationToken);
        Signal(Continue);
    }

    /// <summary>Waits for its end, and for all that it said.</summary>
    public async Task ExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        await reading;
    }

    public async ValueTask DisposeAsync()
    {
        guard.StandardInput.Close();
        await guard.WaitForExitAsync(CancellationToken.None);
        await ExitAsync(CancellationToken.None);
        guard.Dispose();
        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);

    /// <summary>One that has ended meanwhile needs no signal.</summary>
    private long Signal(int signal)
    {
        var at = Stopwatch.GetTimestamp();
        if (!process.HasExited)
            _ = SendSignal(process.Id, signal);
        return at;
    }

    private async Task ReadAsync(ChannelWriter<ProbeLine> lines)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["@", var at, var what, var count])
                lines.TryWrite(new ProbeLine(this, Number(at), what, (int)Number(count)));
            else
                Keep(line);
        }
    }

    private void Keep(string line)
    {
        lock (log)
            log.Add(line);
        if (line.Contains("Application started", StringComparison.Ordinal))
            started.TrySetResult();
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
