using System.Globalization;

namespace Operator.Reloader.Processes;

/// <summary>The running Cyrus master.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Start">Start in USER_HZ since boot.</param>
/// <param name="CommandLine">Its arguments: a child that shows the same has not exec'd yet.</param>
/// <param name="Stdin">Socket inode of its descriptor 0, or 0.</param>
internal sealed record MasterProcess(int Pid, long Start, byte[] CommandLine, long Stdin)
{
    /// <summary>Finds the master by its pid file, and believes the file only when the process' executable is a master.</summary>
    /// <returns>Null when there is none.</returns>
    public static MasterProcess? Find(ProcFs proc, string pidFile)
    {
        if (ReadPid(pidFile) is not { } pid || !proc.TryStat(pid, out var stat) || stat.IsGone)
            return null;
        var commandLine = proc.CommandLine(pid).ToArray();
        var executable = proc.Executable(pid);
        if (!IsMaster(executable.Length > 0 ? executable : FirstArgument(commandLine)))
            return null;
        return new MasterProcess(pid, stat.Start, commandLine, proc.SocketOn(pid, 0));
    }

    /// <summary>Whether a path is that of Cyrus' master (Debian also installs it as cyrmaster).</summary>
    public static bool IsMaster(string path) => Path.GetFileName(path) is "master" or "cyrmaster";

    /// <summary>Whether this is the same process, not another with its pid.</summary>
    public bool IsSame(MasterProcess? other) => other is not null && Pid == other.Pid && Start == other.Start;

    private static int? ReadPid(string file)
    {
        try
        {
            var text = File.ReadAllText(file).AsSpan().Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (IOException)
        {
            return null; // not written yet: the master is still starting
        }
    }

    private static string FirstArgument(byte[] commandLine)
    {
        var end = Array.IndexOf(commandLine, (byte)0);
        return System.Text.Encoding.UTF8.GetString(commandLine, 0, end < 0 ? commandLine.Length : end);
    }
}
