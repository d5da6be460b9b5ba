using System.Net.Sockets;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>A bundle with every service and daemon that ships with Cyrus, and a job that runs for a while.</summary>
internal static class AllServices
{
    public const string Mupdate = "mupdate";

    public static readonly string[] Daemons = ["calalarmd", "idled", "promstatsd", "sync_client"];

    public static UnixDomainSocketEndPoint LmtpSocket(CyrusLayout layout) => new(layout.Run + "/lmtp.sock");

    public static UnixDomainSocketEndPoint NotifySocket(CyrusLayout layout) => new(layout.Run + "/notify.sock");

    public static Bundle AddTo(Bundle bundle)
    {
        var layout = bundle.Layout;
        // sync_client finds nobody on port 1 and tries again and again: a replica of its own would be in a session all the time.
        return bundle with
        {
            Prefork = 2,
            ExtraImapdConf = $"""
                prometheus_enabled: yes
                sync_log: yes
                sync_host: 127.0.0.1
                sync_port: 1
                sync_authname: {RealCyrus.User}
                sync_password: {RealCyrus.Password}
                sync_try_imap: no
                imapidlepoll: 86400
                """,
            ExtraService = $"""
                lmtpunix cmd="{bundle.Command("lmtpd")}" listen="{layout.Run}/lmtp.sock" prefork=1
                notify cmd="{bundle.Command("notifyd")}" listen="{layout.Run}/notify.sock" proto="udp" prefork=1
                http cmd="{bundle.Command("httpd")}" listen="127.0.0.1:{layout.Http.Port}" prefork=1
                csync cmd="{bundle.Command("sync_server")}" listen="127.0.0.1:{layout.Csync.Port}" prefork=1
                {Mupdate} cmd="{bundle.Command("mupdate")} -m" listen="127.0.0.1:{layout.Mupdate.Port}" prefork=1
                """,
            ExtraDaemon = $"""

                promstats cmd="{Image("promstatsd", layout)}"
                sync cmd="{Image("sync_client", layout)} -r"
                alarms cmd="{Image("calalarmd", layout)}"
                """,
            // An event with a period runs at the start of the master too.
            ExtraEvent = "\nslow cmd=\"/usr/bin/sleep 60\" period=1440",
        };
    }

    private static string Image(string program, CyrusLayout layout) => $"/usr/lib/cyrus/bin/{program} -C {layout.Current}/imapd.conf";
}
