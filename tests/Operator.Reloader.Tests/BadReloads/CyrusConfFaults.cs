using Operator.Entities.Contract;
using static Operator.Reloader.Tests.BadReloads.Damage;

namespace Operator.Reloader.Tests.BadReloads;

/// <summary>Damage to cyrus.conf. A line added by <see cref="Damage.Service"/> is line 11 of the file.</summary>
internal static class CyrusConfFaults
{
    private const string Line = "cyrus.conf line 11";
    private const string Listen = "listen=\"127.0.0.1:";

    public static IReadOnlyList<BadReload> All { get; } =
    [
        new("a quote that is never closed", Service("  extra cmd=\"imapd listen=\"7\""), Alone.Dies, Line),
        new("a hyphen in a name", Service("  my-imap cmd=\"imapd\" listen=\"127.0.0.1:7\""), Alone.Dies, Line),
        new("a dot in a name", Service("  my.imap cmd=\"imapd\" listen=\"127.0.0.1:7\""), Alone.Dies, Line),
        new("more than 64 arguments", Service("  extra " + string.Join(' ', Enumerable.Range(0, 70).Select(static n => $"a{n}=1"))), Alone.Dies, Line),
        new("a service whose program is not there", Service("  extra cmd=\"nosuchd\" listen=\"127.0.0.1:7\""), Alone.Dies, Line, "nosuchd"),
        new("a service whose program is not executable", Service("  extra cmd=\"/etc/passwd\" listen=\"127.0.0.1:7\""), Alone.Dies, Line, "/etc/passwd"),
        new("a daemon whose program is not there", CyrusConf("DAEMON {", "DAEMON {\n  extra cmd=\"nosuchd\""), Alone.Dies, "cyrus.conf line", "nosuchd"),
        new("no file", File(BundleFiles.CyrusConf, static _ => null), Alone.Dies, "cyrus.conf"),
        new("an argument without a value", Service("  extra cmd"), Alone.Dies, Line),
        new("blanks around an equals sign", Service("  extra cmd = \"imapd\" listen=\"127.0.0.1:7\""), Alone.Dies, Line),
        new("a service without a command", Service("  extra listen=\"127.0.0.1:7\""), Alone.ServesOn, Line),
        new("a service without a port", Service("  extra cmd=\"imapd\""), Alone.ServesOn, Line),
        new("a service with an empty command", Service("  extra cmd=\"\" listen=\"127.0.0.1:7\""), Alone.ServesOn, Line),
        new("a service given twice", Service("  imap cmd=\"imapd\" listen=\"127.0.0.1:7\""), Alone.ServesOn, Line, "imap"),
        new("an unknown protocol", Service("  extra cmd=\"imapd\" listen=\"127.0.0.1:7\" proto=carrierpigeon"), Alone.ServesOn, Line),
        new("a port with an unknown name", Service("  extra cmd=\"imapd\" listen=\"127.0.0.1:nosuchport\""), Alone.ServesOn),
        new("the command of a listener is lost", CyrusConf("  pop3 cmd=", "  pop3 command="), Alone.LosesSome, "cyrus.conf line", "pop3"),
        new("the port of a listener is lost", CyrusConf("  lmtp cmd=", "  lmtp lis=\"1\" cmd="), Alone.ServesOn),
        new("a port with an unknown name for a listener", (files, _) => Port(files, "pop3", "nosuchport"), Alone.LosesSome, "pop3"),
        new("a host with an unknown name for a listener", (files, _) => Port(files, "pop3", "[no.such.host]:7"), Alone.LosesSome, "pop3"),
        new("a port out of range for a listener", (files, _) => Port(files, "pop3", "99999"), Alone.LosesSome, "pop3"),
        new("another configuration for a listener", CyrusConf("timsieved -C ", "timsieved -C /no/such/"), Alone.LosesSome, "sieve"),
        new("an unknown option of a listener's program", CyrusConf("pop3d -C ", "pop3d -Z -C "), Alone.LosesSome, "pop3"),
        new("another program for a listener", CyrusConf("/bin/pop3d -C", "/bin/lmtpd -C"), Alone.LosesSome, "pop3"),
        new("a listener that asks STARTTLS of http", (files, _) => files.Replace(BundleFiles.Listeners, "\"sieve\",\"port", "\"http\",\"port"), Alone.ServesOn, "listeners.json", "sieve", "startTls"),
        new("an empty file", File(BundleFiles.CyrusConf, static _ => ""), Alone.LosesAll, "imap"),
        new("a file cut off in SERVICES", (files, _) => Cut(files, "  pop3 cmd"), Alone.LosesSome, "pop3"),
        new("a section with a wrong name", CyrusConf("SERVICES {", "SERVICE {"), Alone.LosesAll, "imap"),
        new("a section name in small letters", CyrusConf("SERVICES {", "services {"), Alone.LosesAll, "imap"),
        new("a section on one line", CyrusConf("SERVICES {\n", "SERVICES { x cmd=\"true\" }\n"), Alone.LosesAll, "imap"),
        new("the end of a section is missing", CyrusConf("}\nDAEMON", "DAEMON"), Alone.Dies, "cyrus.conf line"),
        new("a daemon without a command", CyrusConf("idled cmd", "idled command"), Alone.ServesOn, "cyrus.conf line", "idled"),
        new("a line outside of any section", CyrusConf("SERVICES {", "garbage here\nSERVICES {"), Alone.ServesOn),
        new("a START program that is not there", CyrusConf("recover cmd=\"/usr/lib/cyrus/bin/ctl_cyrusdb", "recover cmd=\"/usr/lib/cyrus/bin/nosuchtool"), Alone.ServesOn, "cyrus.conf line"),
        new("an event whose program is not there", CyrusConf("EVENTS {", "EVENTS {\n  extra cmd=\"nosuchprogram\" period=60"), Alone.ServesOn),
        new("lines that end with carriage return", (files, _) => files.Put(BundleFiles.CyrusConf, files.Text(BundleFiles.CyrusConf).Replace("\n", "\r\n", StringComparison.Ordinal)), Alone.ServesOn),
    ];

    private static void Port(Dictionary<string, byte[]> files, string service, string address)
    {
        var text = files.Text(BundleFiles.CyrusConf);
        var at = text.IndexOf(Listen, text.IndexOf($"  {service} ", StringComparison.Ordinal), StringComparison.Ordinal);
        var end = text.IndexOf('"', at + Listen.Length);
        files.Put(BundleFiles.CyrusConf, text[..at] + $"listen=\"{address}" + text[end..]);
    }

    private static void Cut(Dictionary<string, byte[]> files, string before)
    {
        var text = files.Text(BundleFiles.CyrusConf);
        files.Put(BundleFiles.CyrusConf, text[..text.IndexOf(before, StringComparison.Ordinal)]);
    }
}
