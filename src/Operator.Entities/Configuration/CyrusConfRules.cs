namespace Operator.Entities.Configuration;

/// <summary>What the master does with an entry: master/master.c add_start, add_service, add_daemon, add_event and service_create.</summary>
internal static class CyrusConfRules
{
    private static readonly string[] Protocols = ["tcp", "tcp4", "tcp6", "udp", "udp4", "udp6"];
    private static readonly string[] Numbers = ["prefork", "maxchild", "maxfds", "maxforkrate", "period", "at"];
    private static readonly string[] Switches = ["babysit", "wait"];

    /// <summary>Adds the problems of the entries.</summary>
    public static void Judge(IReadOnlyList<CyrusConfEntry> entries, List<CyrusConfProblem> problems)
    {
        // Services and daemons share one table in the master, and so one set of names.
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (Missing(entry) is { } missing)
                problems.Add(Off(entry, $"{Title(entry)} has no {missing}; expected {missing}=\"...\""));
            else if (entry.Section is "SERVICES" or "DAEMON")
                JudgeLasting(entry, names, problems);
            foreach (var argument in entry.Arguments)
                JudgeArgument(entry, argument, problems);
        }
    }

    private static string? Missing(CyrusConfEntry entry)
    {
        if (entry.Command.Length == 0)
            return "cmd";
        return entry.Section == "SERVICES" && entry.Find("listen") is not { Value.Length: > 0 } ? "listen" : null;
    }

    private static void JudgeLasting(CyrusConfEntry entry, HashSet<string> names, List<CyrusConfProblem> problems)
    {
        if (!names.Add(entry.Name))
            problems.Add(Off(entry, $"{Title(entry)} is given twice; expected a name that no other service or daemon has"));
        else if (entry.Program.Length == 0)
            problems.Add(At(entry, entry.Column, CyrusConfSeverity.MasterDies, $"{Title(entry)} has a cmd without a program"));
        if (entry.Section == "SERVICES" && entry.Find("proto") is { } proto && !Protocols.Contains(proto.Value))
        {
            var message = $"{Title(entry)} has an unknown proto; expected one of {string.Join(", ", Protocols)}";
            problems.Add(At(entry, proto.Column, CyrusConfSeverity.EntryIgnored, message));
        }
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
