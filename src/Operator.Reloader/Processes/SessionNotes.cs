namespace Operator.Reloader.Processes;

/// <summary>
/// What Cyrus itself notes of a session in <c>proc_path/PID</c>: service, client, user, mailbox and the command in progress, with tabs between
/// (imap/proc.c:proc_register). Only imapd, pop3d, httpd, nntpd and sync_server write it in 3.6.
/// </summary>
internal sealed class SessionNotes(string directory)
{
    private const int UserField = 2;
    private const int CommandField = 4;

    /// <summary>
    /// Whether a session is in IMAP IDLE: the one state with a blocked client that SIGHUP is known not to break. A session between two
    /// commands looks the same as one with half a command typed, so nothing can be said of it.
    /// </summary>
    public bool IsIdling(Worker worker) => Field(worker, CommandField) == "Idle";

    /// <summary>The user that is logged in; null before the login and where the daemon notes nothing.</summary>
    public string? UserOf(Worker worker) => Field(worker, UserField) is { Length: > 0 } user ? user : null;

    private string? Field(Worker worker, int index)
    {
        try
        {
            var fields = File.ReadAllText(Path.Combine(directory, $"{worker.Pid}")).TrimEnd('\n').Split('\t');
            return fields.Length > index && fields[0] == worker.Service ? fields[index] : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // none was written, or the session has just ended
        }
    }
}
