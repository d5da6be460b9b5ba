using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;

namespace Operator.Servers.Rendering;

/// <summary>cyrus.conf(5) as a user wrote it (<c>spec.cyrusConf</c>). Pure.</summary>
/// <param name="Listeners">What its services of the mail protocols listen on.</param>
/// <param name="Services">Names of all its services.</param>
/// <param name="Problem">The first thing that cannot work, or null.</param>
internal sealed record CyrusConfText(IReadOnlyList<Listener> Listeners, IReadOnlyList<string> Services, InputProblem? Problem)
{
    private const string Field = "spec.cyrusConf";
    private const int LongestLine = 4094; // what the master reads at once, without the line end (master/masterconf.c: a buffer of 4096 bytes)

    /// <summary>Reads the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="hasTls">Whether there is a certificate: then every listener that can offers STARTTLS.</param>
    public static CyrusConfText Read(string text, bool hasTls)
    {
        if (PlainText.FindControl(text) is { } control)
            return new([], [], ProblemAt(control.Line, control.Column, control.Message));
        if (TooLong(text.Split('\n')) is { } tooLong)
            return new([], [], tooLong);
        var conf = CyrusConf.Parse(text);
        var rules = new CyrusConfServices(hasTls);
        var faults = conf.Entries.Select(entry => FaultOf(entry, rules)).OfType<InputProblem>().ToList();
        var services = conf.Entries.Where(CyrusConfServices.Is).Select(static entry => entry.Name).Distinct(StringComparer.Ordinal);
        var problem = FatalProblem(conf)
            ?? PassedOver(conf)
            ?? faults.FirstOrDefault()
            ?? TooLong(Lines(text, conf))
            ?? (rules.Listeners.Any(static listener => listener.Path is null) ? null : new InputProblem(
                "CyrusConfInvalid", $"{Field} has no service of {CyrusConfServices.ProgramsInWords} on a port: there would be nothing to connect to"));
        return new(rules.Listeners, [.. services], problem);
    }

    /// <summary>
    /// The text with each program where it is in the pod and told of its imapd.conf; nothing else is changed, and the lines keep their numbers. The text must
    /// have passed <see cref="Read"/>.
    /// </summary>
    public static string Render(string text) => string.Join('\n', Lines(text, CyrusConf.Parse(text)));

    private static string[] Lines(string text, CyrusConf conf)
    {
        var lines = text.Split('\n');
        foreach (var entry in conf.Entries)
        {
            var line = lines[entry.Line - 1];
            // Behind 'cmd='; what stands there is the command, between quotes or not.
            var start = entry.Find("cmd")!.Column + "cmd".Length;
            var quoted = line[start] == '"';
            var end = start + entry.Command.Length + (quoted ? 2 : 0);
            lines[entry.Line - 1] = $"{line[..start]}\"{CyrusCommand.Render(entry)}\"{line[end..]}";
        }
        return lines;
    }

    // A line that the master would pass over is a service or a daemon that would be missed, so it is refused like one that kills the master.
    private static InputProblem? FatalProblem(CyrusConf conf) =>
        conf.Problems.FirstOrDefault(static problem => problem.AtStart != CyrusConfSeverity.Warning || problem.AtReload != CyrusConfSeverity.Warning)
            is { } fatal ? ProblemAt(fatal.Line, fatal.Column, fatal.Message) : null;

    private static InputProblem? PassedOver(CyrusConf conf) =>
        conf.PassedOver.FirstOrDefault() is { } line ? ProblemAt(line.Line, line.Column, line.Message) : null;

    private static InputProblem? FaultOf(CyrusConfEntry entry, CyrusConfServices rules)
    {
        var (argument, message) = CyrusCommand.Fault(entry) is { } command ? ("cmd", command) : rules.Add(entry);
        return message is null
            ? null
            : ProblemAt(entry.Line, entry.Find(argument)?.Column ?? entry.Column, $"{entry.Section} entry '{entry.Name}': {message}");
    }

    private static InputProblem? TooLong(string[] lines)
    {
        var index = Array.FindIndex(lines, static line => Encoding.UTF8.GetByteCount(line) > LongestLine);
        return index < 0 ? null : ProblemAt(
            index + 1, 1, $"the line is too long; with what the operator adds the master reads {LongestLine} bytes at once");
    }

    private static InputProblem ProblemAt(int line, int column, string message) =>
        new("CyrusConfInvalid", $"{Field} line {line}, column {column}: {message}");
}
