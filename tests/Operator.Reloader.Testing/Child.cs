using System.Diagnostics;
using System.Text;

namespace Operator.Reloader.Testing;

/// <summary>A process that runs as the user cyrus where the server is (<see cref="CyrusRoot"/>).</summary>
internal sealed class Child : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private Child(Process process) => this.process = process;

    public int Pid => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public static Child Start(IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", CyrusRoot.AsCyrus, "sh", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var child = new Child(Process.Start(start)!);
        child.process.OutputDataReceived += child.Append;
        child.process.ErrorDataReceived += child.Append;
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    public static async Task<Child> RunAsync(
        IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken, params string[] command)
    {
        var child = Start(environment, command);
        await child.WaitAsync(cancellationToken);
        return child;
    }

    /// <summary>Fails, with what it wrote, when it ended with an error.</summary>
    /// <exception cref="InvalidOperationException">It did.</exception>
    public void RequireSuccess()
    {
        if (ExitCode != 0)
            throw new InvalidOperationException($"It ended with {ExitCode}: {Output}");
    }

    /// <summary>Waits for its end and for all that it wrote.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    /// <summary>SIGTERM, and SIGKILL when that does not end it within 10 s (Cyrus issue 5309: a shutdown may hang in 3.6.1).</summary>
    public async Task StopAsync()
    {
        _ = Posix.Send(Pid, Posix.Terminate);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => process.Dispose();

    private void Append(object sender, DataReceivedEventArgs line)
    {
        lock (output)
            output.AppendLine(line.Data);
    }
}
