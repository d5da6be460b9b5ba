using System.Globalization;
using System.Text.RegularExpressions;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;

namespace Operator.Servers.Rendering;

/// <summary>What the services of a cyrus.conf listen on: taken up one by one, in the order of the file.</summary>
/// <param name="hasTls">Whether there is a certificate.</param>
internal sealed partial class CyrusConfServices(bool hasTls)
{
    private const string Listen = "listen", Proto = "proto", Command = "cmd";

    private static readonly Dictionary<string, MailProtocol> Programs = new(StringComparer.Ordinal)
    {
        ["imapd"] = MailProtocol.Imap,
        ["pop3d"] = MailProtocol.Pop3,
        ["lmtpd"] = MailProtocol.Lmtp,
        ["timsieved"] = MailProtocol.Sieve,
        ["httpd"] = MailProtocol.Http,
    };

    // Where both containers of the pod can write, and so make and reach a socket; /var/run is a link to /run.
    private static readonly string[] SocketPlaces = [PodPaths.Run + "/", "/var" + PodPaths.Run + "/", PodPaths.ConfigDirectory + "/", "/tmp/"];

    private readonly List<Listener> listeners = [];
    private readonly Dictionary<string, string> taken = new(StringComparer.Ordinal) { [$"tcp {PodPaths.ReportPort}"] = "the sidecar" };

    /// <summary>The programs of the mail protocols, in words.</summary>
    public static string ProgramsInWords { get; } = string.Join(", ", Programs.Keys);

    /// <summary>Whether an entry is a service.</summary>
    public static bool Is(CyrusConfEntry entry) => entry.Section == "SERVICES";

    /// <summary>The services of the mail protocols.</summary>
    public IReadOnlyList<Listener> Listeners => listeners;

    /// <summary>Takes up an entry.</summary>
    /// <returns>The argument that is at fault and why; no message when it can work.</returns>
    public (string Argument, string? Message) Add(CyrusConfEntry entry)
    {
        if (!Is(entry) || entry.Find(Listen)?.Value is not { Length: > 0 } place)
            return default;
        var isDatagram = entry.Find(Proto)?.Value.StartsWith("udp", StringComparison.Ordinal) == true;
        var port = PortOf(place);
        if ((place[0] == '/' ? PathFault(place) : PortFault(place, port)) is { } fault)
            return (Listen, fault);
        if (!taken.TryAdd($"{(isDatagram ? "udp" : "tcp")} {place}", entry.Name))
            return (Listen, $"{place} is taken already by {taken[$"{(isDatagram ? "udp" : "tcp")} {place}"]}");
        return Programs.TryGetValue(CyrusCommand.NameOf(entry), out var protocol) ? AddListener(entry, protocol, place, port) : default;
    }

    private (string Argument, string? Message) AddListener(CyrusConfEntry entry, MailProtocol protocol, string place, int port)
    {
        var isPath = place[0] == '/';
        // tcp6 alone would not be there for whoever comes by IPv4, as the proof does.
        if (entry.Find(Proto)?.Value is { } proto && proto is not ("tcp" or "tcp4"))
            return (Proto, $"proto {proto} is none that {CyrusCommand.NameOf(entry)} can be served by here; expected tcp or tcp4");
        if (!ServiceName().IsMatch(entry.Name))
            return (Listen, "its name is that of a port of the Service, too; expected up to 15 lower-case letters and digits, a letter first");
        var isImplicit = protocol is MailProtocol.Imap or MailProtocol.Pop3 or MailProtocol.Http && CyrusCommand.HasOption(entry, 's');
        if (isImplicit && isPath)
            return (Command, "-s: TLS on a unix socket is not supported; remove it");
        if (isImplicit && !hasTls)
            return (Command, "-s: TLS needs a certificate, but spec.tls is not given");
        var tls = isImplicit ? TlsMode.Implicit : hasTls && !isPath && protocol != MailProtocol.Http ? TlsMode.StartTls : TlsMode.None;
        listeners.Add(new Listener(entry.Name, protocol, port, tls) { Path = isPath ? place : null });
        return default;
    }

    private static int PortOf(string place) =>
        Digits().IsMatch(place) && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    private static string? PortFault(string place, int port)
    {
        if (place.Contains(':', StringComparison.Ordinal) || place[0] == '[')
            return "a host is not supported, since the addresses of a pod are its own; expected a port alone, or the path of a socket";
        if (port is >= 1024 and <= 65535)
            return null;
        return char.IsAsciiDigit(place[0])
            ? "expected a port from 1024 to 65535, without leading zeros: the pod has no privileges"
            : "names of ports are not supported: they stand for ports below 1024, which the pod may not open, or are unknown in it; expected a number from 1024 to 65535";
    }

    private static string? PathFault(string path)
    {
        var isPlain = !path.Contains("/../", StringComparison.Ordinal) && !path.EndsWith('/');
        return isPlain && SocketPlaces.Any(place => path.StartsWith(place, StringComparison.Ordinal))
            ? null
            : $"expected a socket below {string.Join(", ", SocketPlaces)}, where the pod can write";
    }

    [GeneratedRegex(@"^[1-9][0-9]{0,5}\z")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^[a-z][a-z0-9]{0,14}\z")]
    private static partial Regex ServiceName();
}
