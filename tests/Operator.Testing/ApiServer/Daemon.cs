using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Operator.Testing.ApiServer;

/// <summary>
/// A server process that can be killed, stopped, held and started again with the same arguments. A guard ends it when the test's own
/// process dies, so that none is left behind.
/// </summary>
public sealed partial class Daemon : IAsyncDisposable
{
    private const int Term = 15; // signal(7), the same on all that .NET runs on but MIPS
    private const int Continue = 18;
    private const int Stop = 19;
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);
    private readonly string program;
    private readonly IReadOnlyList<string> arguments;
    private readonly Uri health;
    private readonly HttpClient http;
    private Process? process;
    private Process? guard;

    internal Daemon(string program, IReadOnlyList<string> arguments, Uri health, string log)
    {
        this.program = program;
        this.arguments = arguments;
        this.health = health;
        Log = log;
        http = new HttpClient(new HttpClientHandler
        {
            // Whether it is up is all that is asked here; the clients under test do verify.
            ServerCertificateCustomValidationCallback = static (_, _, _, _) => true,
            UseProxy = false,
        })
        { Timeout = TimeSpan.FromSeconds(2) };
    }

    /// <summary>File with all that it wrote, over all starts.</summary>
    public string Log { get; }

    /// <summary>It has been started and has not ended.</summary>
    public bool IsRunning => process is { HasExited: false };

    /// <summary>Its process id.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int ProcessId => Running.Id;

    private Process Running => IsRunning ? process! : throw new InvalidOperationException($"{Path.GetFileName(program)} does not run.");

    /// <summary>Starts it; it need not answer yet.</summary>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    public void Start()
    {
        if (IsRunning)
            throw new InvalidOperationException($"{Path.GetFileName(program)} runs already.");
        LetGo();
        process = Shell("exec \"$@\" >>\"$0\" 2>&1 </dev/null", [Log, program, .. arguments], redirectInput: false);
        // Its input ends with our process, however that ends. The program is compared, for a pid may have been given away by then.
        guard = Shell(
            "read -r _; [ \"$(readlink /proc/$0/exe)\" != \"$1\" ] || kill -KILL $0",
            [$"{process.Id}", Resolve(program)],
            redirectInput: true);
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready within a minute; the message has the end of its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Start();
        await WaitUntilReadyAsync(cancellationToken);
    }

    /// <summary>Waits until it says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready within a minute; the message has the end of its log.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(cancellationToken))
        {
            if (!IsRunning || TimeProvider.System.GetElapsedTime(startedAt) > s_startLimit)
                throw new InvalidOperationException($"{Path.GetFileName(program)} is not ready. The end of its log:\n{EndOfLog()}");
            await Task.Delay(s_poll, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>SIGKILL, and waits for the end.</summary>
    public async Task KillAsync()
    {
        Running.Kill();
        await Running.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var ending = Running;
        Signal(Term);
        await ending.WaitForExitAsync(cancellationToken);
    }

    /// <summary>SIGSTOP, and waits until it has stopped: its connections stay, and nothing answers on them.</summary>
    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        Signal(Stop);
        // The signal is sent when kill(2) returns; each thread stops when it next looks.
        while (!await IsHeldAsync(cancellationToken))
            await Task.Delay(s_poll, TimeProvider.System, cancellationToken);
    }

    /// <summary>SIGCONT, after <see cref="HoldAsync"/>.</summary>
    public void Resume() => Signal(Continue);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false } running)
        {
            running.Kill();
            await running.WaitForExitAsync(CancellationToken.None);
        }
        LetGo();
        http.Dispose();
    }

    private static Process Shell(string script, IEnumerable<string> arguments, bool redirectInput) =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script, .. arguments]) { RedirectStandardInput = redirectInput })!;

    private static string Resolve(string program) => File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName ?? program;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    private async Task<bool> IsHeldAsync(CancellationToken cancellationToken) =>
        (await File.ReadAllTextAsync($"/proc/{ProcessId}/stat", cancellationToken)).Contains(") T ", StringComparison.Ordinal); // proc(5): stopped

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(health, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false; // not yet
        }
    }

    private void Signal(int signal)
    {
        if (SendSignal(ProcessId, signal) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private string EndOfLog() => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(15)) : "(empty)";

    /// <summary>The guard sees the end of its input, finds nothing to kill, and ends.</summary>
    private void LetGo()
    {
        guard?.StandardInput.Close();
        guard?.WaitForExit();
        guard?.Dispose();
        process?.Dispose();
        guard = process = null;
    }
}
