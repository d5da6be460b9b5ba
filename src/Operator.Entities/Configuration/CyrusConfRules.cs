using System.Text;

namespace Operator.Entities.Configuration;

/// <summary>What the master does with an entry: master/master.c add_start, add_service, add_daemon, add_event and service_create.</summary>
internal sealed class CyrusConfRules
{
    // sizeof(sun_path) on Linux.
    private const int SocketPathLimit = 108;

    private static readonly string[] Protocols = ["tcp", "tcp4", "tcp6", "udp", "udp4", "udp6"];
    private static readonly string[] Numbers = ["prefork", "maxchild", "maxfds", "maxforkrate", "period", "at"];
    private static readonly string[] Switches = ["babysit", "wait"];

    // Services and daemons share one set of names in the master, START and EVENTS have none.
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>The problems of one section's entries; sections come in the order in which the master reads them.</summary>
    public IReadOnlyList<CyrusConfProblem> Judge(IEnumerable<CyrusConfEntry> entries)
    {
        var problems = new List<CyrusConfProblem>();
        foreach (var entry in entries)
        {
            if (JudgeEntry(entry) is { } problem)
                problems.Add(problem);
            foreach (var argument in entry.Arguments)
                JudgeArgument(entry, argument, problems);
        }
        return problems;
    }

    private CyrusConfProblem? JudgeEntry(CyrusConfEntry entry)
    {
        if (entry.Command.Length == 0)
            return Off(entry, $"{Title(entry)} has no cmd; expected cmd=\"...\"");
        var listen = entry.Find("listen")?.Value ?? "";
        if (entry.Section == "SERVICES" && listen.Length == 0)
            return Off(entry, $"{Title(entry)} has no listen; expected listen=\"...\"");
        if (entry.Section is "SERVICES" or "DAEMON" && !names.Add(entry.Name))
            return Off(entry, $"{Title(entry)} is given twice; expected a name that no other service or daemon has");
        // The master crashes: it takes the first word without a look at their number (master/master.c:get_executable, in 3.6 and 3.10).
        if (entry.Program.Length == 0)
        {
            var atReload = entry.Section == "START" ? CyrusConfSeverity.Warning : CyrusConfSeverity.MasterDies;
            var message = $"{Title(entry)} has a cmd without a program; expected cmd=\"program arguments\"";
            return new CyrusConfProblem(CyrusConfSeverity.MasterDies, atReload, entry.Line, entry.Find("cmd")!.Column, message);
        }
        return entry.Section == "SERVICES" ? JudgeListen(entry, listen) : null;
    }

    private static CyrusConfProblem? JudgeListen(CyrusConfEntry entry, string listen)
    {
        var column = entry.Find("listen")!.Column;
        if (listen[0] == '/')
        {
            return Encoding.UTF8.GetByteCount(listen) < SocketPathLimit
                ? null
                : At(entry, column, CyrusConfSeverity.EntryIgnored, $"{Title(entry)} has too long a listen; expected fewer than {SocketPathLimit} bytes");
        }
        if (entry.Find("proto") is { } proto && !Protocols.Contains(proto.Value))
        {
            var message = $"{Title(entry)} has an unknown proto; expected one of {string.Join(", ", Protocols)}";
            return At(entry, proto.Column, CyrusConfSeverity.EntryIgnored, message);
        }
        return IsAddress(listen)
            ? null
            : At(entry, column, CyrusConfSeverity.EntryIgnored, $"{Title(entry)} has a bad listen; expected port, host:port, [address]:port or a socket's path");
    }

    // parse_inet_listen; names of hosts and ports are looked up by getaddrinfo(3) where the master runs.
    private static bool IsAddress(string listen)
    {
        if (listen[0] != '[')
            return listen[^1] != ':';
        var end = listen.LastIndexOf(']') + 1;
        return end > 0 && (end == listen.Length || (listen[end] == ':' && end + 1 < listen.Length));
    }

    private static void JudgeArgument(CyrusConfEntry entry, CyrusConfArgument argument, List<CyrusConfProblem> problems)
    {
        var message = (argument.Key, argument.Value) switch
        {
            _ when !ReferenceEquals(entry.Find(argument.Key), argument) => "is given twice; only the first counts",
            (var key, var value) when Numbers.Contains(key) && !IsNumber(value) => "is not used; expected a whole number",
            (var key, var value) when Switches.Contains(key) && !IsSwitch(value) => "is not used; expected yes or no",
            ("at", var value) when !IsTime(value) => "is not used; expected a time as hhmm",
            (var key, _) when !IsKnown(entry.Section, key) => $"is not used by the master in {entry.Section}",
            _ => null,
        };
        if (message is not null)
            problems.Add(At(entry, argument.Column, CyrusConfSeverity.Warning, $"{Title(entry)}: {argument.Key} {message}"));
    }

    private static bool IsKnown(string section, string key) => key == "cmd" || section switch
    {
        "SERVICES" => key is "listen" or "proto" or "prefork" or "maxchild" or "maxfds" or "maxforkrate" or "babysit",
        "DAEMON" => key is "maxfds" or "maxforkrate" or "wait",
        "EVENTS" => key is "period" or "at",
        _ => false,
    };

    // masterconf_getint looks for a digit at the start and leaves the rest to atoi(3).
    private static bool IsNumber(string value) =>
        (value.Length > 0 && char.IsAsciiDigit(value[0])) || (value.Length > 1 && value[0] == '-' && char.IsAsciiDigit(value[1]));

    // masterconf_getswitch.
    private static bool IsSwitch(string value) => (value.Length > 0 && value[0] is '0' or '1' or 'n' or 'y' or 'f' or 't')
        || value.StartsWith("of", StringComparison.Ordinal) || value.StartsWith("on", StringComparison.Ordinal);

    private static bool IsTime(string value)
    {
        var digits = value.TakeWhile(char.IsAsciiDigit).Count();
        return int.TryParse(value.AsSpan(0, digits), System.Globalization.CultureInfo.InvariantCulture, out var time) && time / 100 <= 23 && time % 100 <= 59;
    }

    private static string Title(CyrusConfEntry entry) => $"{entry.Section} entry '{entry.Name}'";

    // At start these are fatal; SIGHUP only switches the entry off, and does not read START at all.
    private static CyrusConfProblem Off(CyrusConfEntry entry, string message)
    {
        var atReload = entry.Section == "START" ? CyrusConfSeverity.Warning : CyrusConfSeverity.EntryIgnored;
        return new CyrusConfProblem(CyrusConfSeverity.MasterDies, atReload, entry.Line, entry.Column, message);
    }

    private static CyrusConfProblem At(CyrusConfEntry entry, int column, CyrusConfSeverity severity, string message) =>
        new(severity, severity, entry.Line, column, message);
}
