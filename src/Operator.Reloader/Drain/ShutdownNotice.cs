using Operator.Reloader.Native;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Drain;

/// <summary>
/// Cyrus' own way to send everybody away, the file <c>msg/shutdown</c> below the configdirectory (imap/global.c:shutdown_file). Seen on 3.6.1 and 3.10.2:
/// imapd says BYE at the next command after a login and at the next poll of an IDLE, but not to administrators; pop3d says -ERR after its answer to the
/// next command; lmtpd says 421 at the next MAIL, so that no delivery is cut in two. New sessions get that far, too. timsieved does not look before a login.
/// An administrator may write it, too, so only a file with our text is ever removed, and none is overwritten.
/// </summary>
internal sealed class ShutdownNotice(string configDirectory)
{
    private const string Text = "The server is restarted; please connect again\n";

    private readonly string _path = Path.Combine(configDirectory, "msg", "shutdown");

    /// <summary>Sees to it that there is a notice.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write()
    {
        if (File.Exists(_path))
            return;
        var unfinished = _path + ".tmp"; // Cyrus would send an empty text
        File.WriteAllText(unfinished, Text);
        try
        {
            File.Move(unfinished, _path, overwrite: false);
        }
        catch (IOException) when (File.Exists(_path))
        {
            File.Delete(unfinished); // an administrator was faster
        }
    }

    /// <summary>Removes the notice if it is ours.</summary>
    /// <returns>Whether it was.</returns>
    public bool Remove()
    {
        try
        {
            if (!File.Exists(_path) || File.ReadAllText(_path) != Text)
                return false;
            File.Delete(_path);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // it has just gone, or may not be read: ours may
        }
    }

    /// <summary>Removes the notice if it is ours and was written before this master started.</summary>
    /// <returns>Whether it was.</returns>
    public bool RemoveLeftOver(MasterProcess master, DateTimeOffset now)
    {
        if (!File.Exists(_path))
            return false;
        var noticeAge = now - new DateTimeOffset(File.GetLastWriteTimeUtc(_path));
        var masterAge = TimeSpan.FromSeconds((Libc.BootTicks() - master.Start) / (double)Libc.TicksPerSecond);
        return FarewellRules.IsLeftOver(noticeAge, masterAge) && Remove();
    }
}
