using System.Text;
using System.Text.RegularExpressions;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;

namespace Operator.Servers.Rendering;

/// <summary>The <c>cmd</c> of an entry of cyrus.conf: what a user may write there, and what it becomes. Pure.</summary>
internal static partial class CyrusCommand
{
    // Cyrus' programs that read imapd.conf and know -C (those of 3.6 and 3.10, and nntpd and fetchnews, which Debian packages apart).
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "arbitron", "backupd", "calalarmd", "chk_cyrus", "ctl_backups", "ctl_conversationsdb", "ctl_cyrusdb", "ctl_deliver", "ctl_mboxlist",
        "ctl_zoneinfo", "cvt_cyrusdb", "cvt_xlist_specialuse", "cyr_backup", "cyr_buildinfo", "cyr_dbtool", "cyr_deny", "cyr_df", "cyr_expire", "cyr_info",
        "cyr_ls", "cyr_pwd", "cyr_synclog", "cyr_userseen", "cyr_virusscan", "cyrdump", "dav_reconstruct", "deliver", "fetchnews", "fud", "httpd", "idled",
        "imapd", "ipurge", "lmtpd", "mbexamine", "mbpath", "mbtool", "mupdate", "nntpd", "notifyd", "pop3d", "promstatsd", "ptdump", "ptexpire", "ptloader",
        "quota", "reconstruct", "relocate_by_id", "restore", "sievec", "smmapd", "squatter", "sync_client", "sync_reset", "sync_server", "timsieved",
        "tls_prune", "unexpunge",
    };

    // Of the services' own options, those with a value (master/service.c:main; imapd -p).
    private const string WithValue = "CTUp";

    /// <summary>The program's name without its directory.</summary>
    public static string NameOf(CyrusConfEntry entry) => Path.GetFileName(entry.Program);

    /// <summary>Whether a service's command has an option, alone or in a group, as in <c>-sN</c>.</summary>
    public static bool HasOption(CyrusConfEntry entry, char option)
    {
        foreach (var word in Words(entry).Skip(1).Where(static word => word.StartsWith('-')))
        {
            var letters = word[1..];
            var end = letters.IndexOfAny([.. WithValue]);
            if (letters[..(end < 0 ? letters.Length : end + 1)].Contains(option, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>Why the command cannot be used, or null.</summary>
    public static string? Fault(CyrusConfEntry entry)
    {
        // The master splits at blanks of ASCII only.
        if (!Ascii.IsValid(entry.Command))
            return "cmd may have characters of ASCII only";
        var program = entry.Program;
        var name = NameOf(entry);
        if (program != name && Path.GetDirectoryName(program) != PodPaths.ImageServiceBinaries)
            return $"the program must be one of {PodPaths.ImageServiceBinaries}; expected its name without directory";
        if (!ProgramName().IsMatch(name))
            return "the program's name may have letters, digits, '-', '_' and '.' only";
        if (!IsToldOfConfiguration(entry))
            return null;
        if (Words(entry).Skip(1).Any(static word => word.StartsWith("-C", StringComparison.Ordinal)) || (IsService(entry) && HasOption(entry, 'C')))
            return "-C is added by the operator; remove it";
        return Words(entry).Skip(1).Any(static word => word.StartsWith("-M", StringComparison.Ordinal))
            ? "-M would name another cyrus.conf than the operator's; remove it"
            : null;
    }

    /// <summary>The command as the master shall run it.</summary>
    public static string Render(CyrusConfEntry entry)
    {
        var command = entry.Command.TrimStart();
        // Services run from copies of their own, so that a change of the copy lets busy workers go after their session.
        var path = (IsService(entry) ? PodPaths.ServiceBinaries : PodPaths.ImageServiceBinaries) + "/" + NameOf(entry);
        // The master does not hand its own -C down to what it starts (master/master.c:spawn_service).
        var configuration = IsToldOfConfiguration(entry) ? " -C " + PodPaths.ImapdConf : "";
        return path + configuration + command[entry.Program.Length..];
    }

    private static bool IsService(CyrusConfEntry entry) => CyrusConfServices.Is(entry);

    private static bool IsToldOfConfiguration(CyrusConfEntry entry) => IsService(entry) || Own.Contains(NameOf(entry));

    private static string[] Words(CyrusConfEntry entry) => entry.Command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*\z")]
    private static partial Regex ProgramName();
}
