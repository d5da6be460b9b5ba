using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Proof;
using Operator.Reloader.Syslog;

namespace Operator.Reloader.Checks;

/// <summary>
/// One real worker of a service, started by ourselves with the staged configuration on a private connection, greeted, taken through the TLS
/// handshake and dismissed. It works in a scratch directory (<see cref="PreflightConf"/>) and within limits, so it leaves no trace.
/// </summary>
/// <param name="scratchRoot">A memory-backed directory for what the worker writes.</param>
/// <param name="preloadLibrary">Makes the worker say on stderr what it says to syslog; it need not exist.</param>
/// <param name="time">The clock.</param>
internal sealed class PreflightWorker(string scratchRoot, string preloadLibrary, TimeProvider time)
{
    /// <summary>The reason of a refusal.</summary>
    public const string Reason = "PreflightFailed";

    // -X: serve the connection on stdin and leave (master/service.c:main, since 3.0). Every daemon of service.c has it; mupdate, which is of
    // service-thread.c, and notifyd, which waits for datagrams, have not. Peak address space of imapd 3.6 and 3.10: 70 MB.
    private const string Script = """
        ulimit -v 1048576; ulimit -t 10; ulimit -c 0
        exec 0<>/dev/tcp/127.0.0.1/$1 1>&0
        shift
        exec "$@"
        """;

    private static readonly string[] WithoutConnection = ["mupdate", "notifyd"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ListenerProbe _probe = new(Limit, time);

    /// <summary>Whether the program can be tried this way.</summary>
    public static bool CanTry(CyrusConfEntry entry) => !WithoutConnection.Contains(Path.GetFileName(entry.Program));

    /// <summary>Tries one service.</summary>
    /// <param name="entry">The service's entry in the staged cyrus.conf.</param>
    /// <param name="imapdConf">Text of the staged imapd.conf.</param>
    /// <param name="listener">What it must speak; null when that is not known, and then it must only start.</param>
    /// <param name="sight">As whom the client comes, and the certificate that it must see.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ReloadFailure">PreflightFailed: the worker did not start, or did not do what a client needs.</exception>
    public async Task RunAsync(
        CyrusConfEntry entry, string imapdConf, Listener? listener, Sight sight, CancellationToken stop)
    {
        var scratch = Path.Combine(scratchRoot, "preflight-" + entry.Name);
        try
        {
            Prepare(scratch, imapdConf, entry.Name);
            using var door = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            door.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            door.Listen(1);
            using var process = Start(entry, scratch, ((IPEndPoint)door.LocalEndPoint!).Port);
            var errors = ReadAsync(process.StandardError, stop);
            try
            {
                await TalkAsync(entry, listener, sight, token => AcceptAsync(door, process, token), stop);
                await AwaitExitAsync(process, stop);
            }
            catch (ProbeException error)
            {
                throw Failure(entry, $"a worker started with it fails: {error.Message}", await EndAsync(process, errors), imapdConf);
            }
            if (process.ExitCode != 0)
                throw Failure(entry, string.Create(CultureInfo.InvariantCulture, $"a worker started with it ends with code {process.ExitCode}"), await errors, imapdConf);
        }
        finally
        {
            Remove(scratch);
        }
    }

    /// <summary>Removes what a pre-flight left behind whose engine was killed.</summary>
    public void Clean()
    {
        if (!Directory.Exists(scratchRoot))
            return;
        foreach (var directory in Directory.EnumerateDirectories(scratchRoot, "preflight-*"))
            Remove(directory);
    }

    private async Task TalkAsync(
        CyrusConfEntry entry, Listener? listener, Sight sight, Func<CancellationToken, Task<Socket>> connect, CancellationToken stop)
    {
        if (listener is null)
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
            (await connect(both.Token)).Dispose(); // a client that leaves at once: the worker must end well all the same
            return;
        }
        var served = await _probe.TalkAsync(listener, connect, sight.Only, stop);
        if (served is not null && !sight.Accepts(served))
            throw Failure(entry, $"a worker started with it presents {sight.Difference(served)}", "", "");
    }

    /// <summary>The worker's connection, unless it dies before it makes one.</summary>
    private static async Task<Socket> AcceptAsync(Socket door, Process process, CancellationToken stop)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var accept = door.AcceptAsync(both.Token).AsTask();
        var exit = process.WaitForExitAsync(both.Token);
        if (await Task.WhenAny(accept, exit) == exit && !accept.IsCompletedSuccessfully)
        {
            await both.CancelAsync();
            throw new ProbeException(stop.IsCancellationRequested ? "it does not start in time" : "it ends before it has greeted");
        }
        var socket = await accept;
        door.Close();
        return socket;
    }

    private async Task AwaitExitAsync(Process process, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);
        try
        {
            await process.WaitForExitAsync(both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new ProbeException($"it does not end within {Limit.TotalSeconds:0} s after its client has left");
        }
    }

    private static void Prepare(string scratch, string imapdConf, string service)
    {
        Remove(scratch);
        foreach (var name in PreflightConf.Directories)
            Directory.CreateDirectory(Path.Combine(scratch, name));
        File.WriteAllText(Path.Combine(scratch, BundleFiles.ImapdConf), PreflightConf.Render(imapdConf, service, scratch));
    }

    private Process Start(CyrusConfEntry entry, string scratch, int port)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-c", Script, "preflight", port.ToString(CultureInfo.InvariantCulture), .. Command(entry, scratch)])
        {
            RedirectStandardError = true,
            WorkingDirectory = scratch,
        };
        start.Environment["CYRUS_SERVICE"] = entry.Name;
        start.Environment["CYRUS_ID"] = "1"; // names the lock file, which is in the scratch directory
        if (File.Exists(preloadLibrary))
        {
            start.Environment["LD_PRELOAD"] = preloadLibrary;
            start.Environment["CYRUS_SYSLOG_FD"] = "2";
        }
        try
        {
            return Process.Start(start) ?? throw new ReloadFailure("CheckFailed", "bash did not start.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ReloadFailure("CheckFailed", $"bash cannot be run: {error.Message}");
        }
    }

    /// <summary>The entry's command with the scratch configuration and <c>-X</c>. The master splits at white space only (master.c:spawn_service).</summary>
    private static IEnumerable<string> Command(CyrusConfEntry entry, string scratch)
    {
        var words = entry.Command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        yield return words[0];
        yield return "-X";
        yield return "-C";
        yield return Path.Combine(scratch, BundleFiles.ImapdConf);
        for (var index = 1; index < words.Length; index++)
        {
            if (words[index] is "-C" or "-U" or "-T")
                index++;
            else if (words[index] is not "-D")
                yield return words[index];
        }
    }

    /// <summary>The failure, as the report, the log and Events tell it: so nothing of a Secret may be in what Cyrus said. Pure.</summary>
    /// <param name="entry">The service.</param>
    /// <param name="what">What was seen of it.</param>
    /// <param name="written">All that its worker wrote.</param>
    /// <param name="imapdConf">Its configuration.</param>
    public static ReloadFailure Failure(CyrusConfEntry entry, string what, string written, string imapdConf)
    {
        var secrets = SecretValues.Of(imapdConf);
        var last = SyslogLine.Shorten(secrets.HideIn(LastError(written)));
        return new ReloadFailure(Reason, $"Service {entry.Name}: {secrets.HideIn(what)}{(last.Length > 0 ? $" ({last})" : "")}.");
    }

    /// <summary>The last two errors that the worker gave to syslog, as the second often is: "error initializing TLS". Without one, the last
    /// thing that somebody wrote to its stderr.</summary>
    private static string LastError(string written)
    {
        var other = "";
        var errors = new List<string>();
        foreach (var text in written.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!SyslogLine.TryParse(Encoding.UTF8.GetBytes(text), out var line))
                other = text;
            else if (line.IsError && !line.Message.Contains("skipstamp", StringComparison.Ordinal)) // missing in every scratch directory
                errors.Add(line.Message.Trim());
        }
        return errors.Count > 0 ? string.Join("; ", errors.TakeLast(2)) : other;
    }

    private static async Task<string> EndAsync(Process process, Task<string> errors)
    {
        if (!process.HasExited)
            process.Kill();
        return await errors;
    }

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken stop)
    {
        var text = await reader.ReadToEndAsync(stop);
        return text;
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }
}
