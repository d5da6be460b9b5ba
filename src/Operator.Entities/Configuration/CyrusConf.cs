using System.Text;

namespace Operator.Entities.Configuration;

/// <summary>
/// cyrus.conf read by the rules of Cyrus master/masterconf.c (masterconf_getsection, process_section, split_args), which are the same from 3.6
/// to 3.12. The master reads the whole file once for each section. What it then does with an entry is judged by <see cref="CyrusConfRules"/>.
/// </summary>
public sealed class CyrusConf
{
    /// <summary>The master's buffer, in bytes: a longer line is read, and counted, as several.</summary>
    public const int LongestLine = 4095;

    private const int MaxArguments = 64;

    // The order in which a starting master reads them (master/master.c:main): the first fatal problem is the one that it names.
    private static readonly string[] Sections = ["START", "SERVICES", "EVENTS", "DAEMON"];

    private readonly List<CyrusConfEntry> entries = [];
    private readonly List<CyrusConfProblem> problems = [];
    private readonly List<string> lines;
    private readonly HashSet<int> taken = [];

    private static readonly Comparer<CyrusConfProblem> ByPlace =
        Comparer<CyrusConfProblem>.Create(static (one, other) => (one.Line, one.Column).CompareTo((other.Line, other.Column)));

    // The master works on bytes, and a letter such as 'é' may fall apart; so one char of these lines stands for one byte.
    private CyrusConf(string text) => lines = Cut(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)));

    /// <summary>The entries, section by section.</summary>
    public IReadOnlyList<CyrusConfEntry> Entries => entries;

    /// <summary>The problems; the first that is fatal is the one that a starting master would name.</summary>
    public IReadOnlyList<CyrusConfProblem> Problems => problems;

    /// <summary>
    /// Lines that say something and are in no section that the master reads: it passes over them without a word, also when they were meant to be a service.
    /// </summary>
    public IEnumerable<ConfigurationError> PassedOver => Enumerable.Range(0, lines.Count)
        .Where(index => !taken.Contains(index) && !string.IsNullOrWhiteSpace(lines[index]))
        .Select(index => new ConfigurationError(
            index + 1,
            ImapdConf.SkipSpace(lines[index], 0) + 1,
            $"the master passes over this line; expected it in one of the sections {string.Join(", ", Sections)}, each given once, in capitals, as 'SERVICES {{' alone on its line"));

    /// <summary>Reads the text; never throws for its content.</summary>
    public static CyrusConf Parse(string text)
    {
        var conf = new CyrusConf(text);
        var rules = new CyrusConfRules();
        foreach (var section in Sections)
        {
            var (firstEntry, firstProblem) = (conf.entries.Count, conf.problems.Count);
            conf.ReadSection(section);
            conf.problems.AddRange(rules.Judge(conf.entries.Skip(firstEntry)));
            conf.problems.Sort(firstProblem, conf.problems.Count - firstProblem, ByPlace);
        }
        return conf;
    }

    private static List<string> Cut(string text)
    {
        var lines = new List<string>();
        var at = 0;
        while (at < text.Length)
        {
            var room = Math.Min(LongestLine, text.Length - at);
            var end = text.IndexOf('\n', at, room);
            var taken = end < 0 ? room : end + 1 - at;
            lines.Add(WithoutComment(text.Substring(at, taken).TrimEnd('\n')));
            at += taken;
        }
        return lines;
    }

    // A '#' starts a comment anywhere, also between quotes.
    private static string WithoutComment(string line) => line.IndexOfAny(['\0', '#']) is >= 0 and var end ? line[..end] : line;

    private void ReadSection(string section)
    {
        var level = 0;
        for (var index = 0; index < lines.Count; index++)
        {
            var line = lines[index];
            var start = ImapdConf.SkipSpace(line, 0);
            var isHeader = level == 0 && IsHeader(line, start, section);
            level += Depth(line, isHeader ? start + section.Length : start);
            if (!isHeader)
                continue;
            // The level stays at 1 after the section's end, so a second section of the same name is passed over.
            if (level == 1)
                index = Take(index, ReadEntries(section, index + 1));
            else
                Warn(index, start, $"section {section} is ignored: expected '{section} {{' alone on its line, with each entry and '}}' on lines of their own");
        }
    }

    private int Take(int first, int last)
    {
        taken.UnionWith(Enumerable.Range(first, last + 1 - first));
        return last;
    }

    private static bool IsHeader(string line, int start, string section)
    {
        var end = start + section.Length;
        return end <= line.Length
            && line[start] == section[0]
            && string.Compare(line, start, section, 0, section.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (end == line.Length || !char.IsAsciiLetterOrDigit(line[end]));
    }

    private static int Depth(string line, int start)
    {
        var depth = 0;
        foreach (var character in line.AsSpan(start))
            depth += character switch { '{' => 1, '}' => -1, _ => 0 };
        return depth;
    }

    /// <summary>Reads entries up to the line that starts with '}' and gives its index.</summary>
    private int ReadEntries(string section, int index)
    {
        for (; index < lines.Count; index++)
        {
            var line = lines[index];
            var start = ImapdConf.SkipSpace(line, 0);
            if (start == line.Length)
                continue;
            if (line[start] == '}')
                return index;
            ReadEntry(section, line, index, start);
        }
        Warn(Math.Max(0, lines.Count - 1), 0, $"section {section} has no end; expected a line with '}}'");
        return index;
    }

    private void ReadEntry(string section, string line, int index, int start)
    {
        var end = start;
        while (end < line.Length && char.IsAsciiLetterOrDigit(line[end]))
            end++;
        if (end < line.Length && end > start && !ImapdConf.IsSpace(line[end]))
        {
            Fail(section, index, end, "bad character in the name; expected letters and digits, followed by a blank");
            return;
        }
        // A line that starts with another character has an empty name, and that character is lost (process_section).
        if (Arguments(section, line, index, Math.Min(end + 1, line.Length)) is not { } arguments)
            return;
        var entry = new CyrusConfEntry(section, line[start..end], "", index + 1, ColumnOf(line, start), arguments);
        entries.Add(entry with { Command = entry.Find("cmd")?.Value ?? "" });
    }

    private List<CyrusConfArgument>? Arguments(string section, string line, int index, int at)
    {
        var arguments = new List<CyrusConfArgument>();
        while ((at = ImapdConf.SkipSpace(line, at)) < line.Length)
        {
            var start = at;
            while (at < line.Length && char.IsAsciiLetterOrDigit(line[at]))
                at++;
            if (at == line.Length || line[at] != '=')
                return Fail(section, index, at, "bad character in an argument; expected a name of letters and digits, directly followed by '='");
            var key = line[start..at++];
            var quoted = at < line.Length && line[at] == '"';
            var from = quoted ? at + 1 : at;
            var end = quoted ? line.IndexOf('"', from) : EndOfWord(line, from);
            if (end < 0)
                return Fail(section, index, at, "expected a closing '\"' on the same line, before any '#'");
            if (arguments.Count == MaxArguments)
                return Fail(section, index, start, $"too many arguments; expected {MaxArguments} at most");
            arguments.Add(new CyrusConfArgument(key, Decode(line[from..end]), ColumnOf(line, start)));
            at = Math.Min(end + 1, line.Length);
        }
        return arguments;
    }

    private static int EndOfWord(string line, int at)
    {
        while (at < line.Length && !ImapdConf.IsSpace(line[at]))
            at++;
        return at;
    }

    // SIGHUP does not read START again (master/master.c:reread_conf).
    private List<CyrusConfArgument>? Fail(string section, int index, int offset, string message)
    {
        var atReload = section == "START" ? CyrusConfSeverity.Warning : CyrusConfSeverity.MasterDies;
        problems.Add(new CyrusConfProblem(CyrusConfSeverity.MasterDies, atReload, index + 1, ColumnOf(lines[index], offset), message));
        return null;
    }

    private void Warn(int index, int offset, string message) =>
        problems.Add(new CyrusConfProblem(CyrusConfSeverity.Warning, CyrusConfSeverity.Warning, index + 1, offset + 1, message));

    private static int ColumnOf(string line, int offset) => Decode(line[..offset]).Length + 1;

    private static string Decode(string bytes) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
}
