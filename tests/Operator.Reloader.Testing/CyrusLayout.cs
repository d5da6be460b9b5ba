using System.Globalization;
using System.Net;
using Operator.Entities.Contract;
using Operator.Testing;

namespace Operator.Reloader.Testing;

/// <summary>Directories and ports of one test server: what the pod's volumes and network name space are in production.</summary>
internal sealed class CyrusLayout
{
    private static readonly string[] Ports = ["imap", "imaps", "pop3", "lmtp", "sieve", "report", "http", "https", "csync", "mupdate"];

    private readonly Dictionary<string, int> ports = Ports.ToDictionary(static name => name, static _ => FreePort.Next());

    public CyrusLayout(string root) => Root = root;

    public string Root { get; }

    public string Run => Path.Combine(Root, "run");

    public string Mount => Path.Combine(Root, "mount");

    public string ConfigDirectory => Path.Combine(Root, "lib");

    public string Spool => Path.Combine(Root, "spool");

    public string Tools => Path.Combine(Root, "tools");

    public string SaslDatabase => Path.Combine(Root, "sasldb2");

    public string Current => Path.Combine(Run, "config", "current");

    public string PidFile => Path.Combine(Run, "master.pid");

    public IPEndPoint Imap => At("imap");

    public IPEndPoint Imaps => At("imaps");

    public IPEndPoint Pop3 => At("pop3");

    public IPEndPoint Lmtp => At("lmtp");

    public IPEndPoint Sieve => At("sieve");

    public IPEndPoint Http => At("http");

    public IPEndPoint Https => At("https");

    public IPEndPoint Csync => At("csync");

    public IPEndPoint Mupdate => At("mupdate");

    public int ReportPort => ports["report"];

    public IReadOnlyList<Listener> Listeners =>
    [
        new("imap", MailProtocol.Imap, Imap.Port, TlsMode.StartTls),
        new("imaps", MailProtocol.Imap, Imaps.Port, TlsMode.Implicit),
        new("pop3", MailProtocol.Pop3, Pop3.Port, TlsMode.StartTls),
        new("lmtp", MailProtocol.Lmtp, Lmtp.Port, TlsMode.StartTls),
        new("sieve", MailProtocol.Sieve, Sieve.Port, TlsMode.StartTls),
    ];

    public Dictionary<string, string> Environment => new()
    {
        ["CYRUS_RELOADER_MOUNT"] = Mount,
        ["CYRUS_RELOADER_RUN"] = Run,
        ["CYRUS_RELOADER_TOOLS"] = Tools,
        ["CYRUS_RELOADER_CONFIG_DIRECTORY"] = ConfigDirectory,
        ["CYRUS_RELOADER_SPOOL"] = Spool,
        ["CYRUS_RELOADER_REPORT_HOST"] = "127.0.0.1",
        ["CYRUS_RELOADER_REPORT_PORT"] = ReportPort.ToString(CultureInfo.InvariantCulture),
        ["DOTNET_ROOT"] = CyrusRoot.Host(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."))),
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1",
        ["HOME"] = Root,
    };

    private IPEndPoint At(string name) => new(IPAddress.Loopback, ports[name]);
}
