using System.Text;
using Operator.Entities.Configuration;

namespace Operator.Reloader.Checks;

/// <summary>
/// The imapd.conf of a pre-flight worker: the staged one, but everything that the worker would write to lies in a scratch directory, so that it
/// leaves no trace in the live server. Pure.
/// </summary>
internal static class PreflightConf
{
    // What a daemon opens, creates or locks before it has a user (imapd, pop3d, lmtpd, timsieved, httpd, sync_server: service_init).
    private static readonly (string Key, string Place)[] Moved =
    [
        ("configdirectory", ""), ("sievedir", "sieve"), ("proc_path", "proc"), ("mboxname_lockpath", "lock"), ("temp_path", "tmp"),
        ("lmtpsocket", "socket/lmtp"), ("idlesocket", "socket/idle"), ("notifysocket", "socket/notify"),
        ("prometheus_stats_dir", "stats"), ("backup_staging_path", "tmp"),
    ];

    private static readonly string[] PartitionPrefixes =
        ["partition-", "metapartition-", "archivepartition-", "backuppartition-"];

    /// <summary>The directories that the worker expects to find.</summary>
    public static IReadOnlyList<string> Directories { get; } =
        ["socket", "db", "proc", "log", "msg", "user", "quota", "lock", "stats", "ptclient", "sieve", "spool/stage.", "tmp"];

    /// <summary>Renders it.</summary>
    /// <param name="staged">Text of the staged imapd.conf.</param>
    /// <param name="service">Name of the service; its own options (<c>imaps_timeout</c>) are moved like the others.</param>
    /// <param name="scratch">The scratch directory.</param>
    public static string Render(string staged, string service, string scratch)
    {
        var text = new StringBuilder();
        foreach (var option in ImapdConf.Parse(staged).Options)
        {
            var key = option.Key.StartsWith(service + "_", StringComparison.Ordinal) ? option.Key[(service.Length + 1)..] : option.Key;
            if (IsPartition(key))
                text.Append(option.Key).Append(": ").Append(scratch).Append("/spool\n");
            else if (!IsMoved(key))
                text.Append(option.Key).Append(": ").Append(option.Value).Append(End(option.Value));
        }
        foreach (var (key, place) in Moved)
            text.Append(key).Append(": ").Append(Path.Combine(scratch, place).TrimEnd('/')).Append('\n');
        return text.ToString();
    }

    // A value may end in a backslash, which had a blank behind it: right before the line end it would take the next option for a part of the value.
    private static string End(string value) => value.EndsWith('\\') ? " \n" : "\n";

    private static bool IsPartition(string key) => PartitionPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));

    // A database at a path of its own (mboxlist_db_path ...) falls back to one below configdirectory when the option is left out.
    private static bool IsMoved(string key) =>
        Moved.Any(moved => moved.Key == key) || key.EndsWith("_db_path", StringComparison.Ordinal);
}
