using System.Diagnostics;
using System.Globalization;
using Operator.Entities.Configuration;

namespace Operator.Entities.Tests.Configuration;

/// <summary>The real server: this machine's own, or the one unpacked under CYRUS_ROOT. Its processes only see files of this test.</summary>
internal sealed class InstalledCyrus : IDisposable
{
    private const ulong HangUp = 1; // bit of SIGHUP in SigCgt of /proc/PID/status
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string Root = Environment.GetEnvironmentVariable("CYRUS_ROOT") ?? "";

    private readonly string directory = "/tmp/operator-entities-" + Path.GetRandomFileName();

    public InstalledCyrus()
    {
        if (!File.Exists(Root + "/usr/lib/cyrus/bin/cyr_info"))
            Assert.Fail("The Cyrus server is not there; this installs it and runs the tests: hack/test --filter Cyrus");
        if (Environment.UserName != "root")
            Assert.Fail("Run as root: the tests start a mail server as the user cyrus.");
        Directory.CreateDirectory(Root + directory);
        File.SetUnixFileMode(Root + directory, (UnixFileMode)0b111_111_111);
        Write("imapd.conf", $"configdirectory: {directory}\n");
        Write("cyrus.conf", "SERVICES {\n}\n");
    }

    public static CyrusVersion Version => Root.Length > 0 ? CyrusVersion.V310 : CyrusVersion.V36;

    public string Socket => directory + "/socket";

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Root + directory, name), text);

    /// <summary>Runs cyr_info on the two files.</summary>
    public (int Code, string Output) Info(string command, string service)
    {
        using var process = Start(["/usr/lib/cyrus/bin/cyr_info", command, "-C", directory + "/imapd.conf", "-M", directory + "/cyrus.conf", "-n", service]);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <summary>
    /// Starts a master on the two files and gives its exit code; null when it lives: it sets its signal handlers after it read all sections.
    /// </summary>
    /// <param name="stayFor">How long it must live on after that.</param>
    public int? RunMaster(TimeSpan stayFor = default)
    {
        using var process = Start([
            "setpriv", "--reuid", "cyrus", "--regid", "mail", "--clear-groups", "--no-new-privs", "--", "setsid", "/usr/lib/cyrus/bin/master",
            "-C", directory + "/imapd.conf", "-M", directory + "/cyrus.conf", "-p", directory + "/pid",
        ]);
        try
        {
            var started = Stopwatch.StartNew();
            while (!process.WaitForExit(2))
            {
                if (started.Elapsed > Limit)
                    throw new TimeoutException("the master neither became ready nor ended");
                if (HandlesSignals(process.Id))
                    return process.WaitForExit(stayFor) ? process.ExitCode : null;
            }
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
            process.WaitForExit();
        }
    }

    public void Dispose() => Directory.Delete(Root + directory, recursive: true);

    private static Process Start(string[] command)
    {
        string[] all = Root.Length > 0 ? ["chroot", Root, .. command] : command;
        return Process.Start(new ProcessStartInfo(all[0], all[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })!;
    }

    private static bool HandlesSignals(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(static line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
            return line is not null && (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & HangUp) != 0;
        }
        catch (IOException)
        {
            return false; // it ended
        }
    }
}
