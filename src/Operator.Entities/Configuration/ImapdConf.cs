namespace Operator.Entities.Configuration;

/// <summary>One option of imapd.conf.</summary>
/// <param name="Key">The key in lower case, as Cyrus folds it.</param>
/// <param name="Value">The value without surrounding white space.</param>
/// <param name="Line">The line on which it ends, from 1; the one that Cyrus names in its own errors.</param>
/// <param name="Column">The column at which its value starts, from 1.</param>
public sealed record ImapdOption(string Key, string Value, int Line, int Column);

/// <summary>
/// imapd.conf text read by the rules of Cyrus lib/libconfig.c:config_read_file, the same from 3.6 to 3.12, so that what is fatal to a worker is
/// found before a worker sees it. Values are judged by <see cref="ImapdConfCheck"/>, since that depends on the server's version.
/// </summary>
public sealed class ImapdConf
{
    private readonly List<ImapdOption> options = [];
    private readonly List<ConfigurationError> errors = [];
    private readonly Dictionary<string, int> lineOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> included = new(StringComparer.Ordinal);
    private readonly Func<string, string?>? include;
    private readonly Func<int, string> nameOf;

    private ImapdConf(Func<string, string?>? include, Func<int, string>? nameOf)
    {
        this.include = include;
        this.nameOf = nameOf ?? (static line => $"on line {line}");
    }

    /// <summary>The options in their order.</summary>
    public IReadOnlyList<ImapdOption> Options => options;

    /// <summary>What the server would refuse; the server itself stops at the first.</summary>
    public IReadOnlyList<ConfigurationError> Errors => errors;

    /// <summary>Reads the text; never throws for its content.</summary>
    /// <param name="text">The file.</param>
    /// <param name="include">Gives the text of an included file, null when it cannot be read; without it, @include is an error.</param>
    /// <param name="nameOf">What a message calls another line than its own, as in "on line 3"; for texts that were put together.</param>
    public static ImapdConf Parse(string text, Func<string, string?>? include = null, Func<int, string>? nameOf = null)
    {
        var conf = new ImapdConf(include, nameOf);
        conf.Read(text);
        return conf;
    }

    private void Read(string text)
    {
        foreach (var line in LogicalLines.Of(text))
            ReadLine(line.Text, line.Number);
    }

    private void ReadLine(string line, int number)
    {
        var start = SkipSpace(line, 0);
        if (start == line.Length || line[start] == '#')
            return;
        var end = line[start] == '@' ? start + 1 : start;
        while (end < line.Length && IsKeyCharacter(line[end]))
            end++;
        // An empty name passes the server's parser but aborts the process in its hash table (lib/hash.c).
        if (end == start || end == line.Length || line[end] != ':')
        {
            Refuse(number, end, "expected 'option: value' with a name of letters, digits, '-' and '_', directly followed by ':'");
            return;
        }
        var key = line[start..end].ToLowerInvariant();
        var at = SkipSpace(line, end + 1);
        var value = TrimEnd(line, at);
        if (value.Length == 0)
            Refuse(number, at, $"option '{key}' has no value; expected one after the ':'");
        else if (key.StartsWith('@'))
            Direct(key, value, number, start);
        else if (!lineOf.TryAdd(key, number))
            Refuse(number, start, $"option '{key}' is given twice (first {nameOf(lineOf[key])})");
        else
            options.Add(new ImapdOption(key, value, number, at + 1));
    }

    private void Direct(string key, string value, int number, int column)
    {
        if (key != "@include")
            Refuse(number, column, "unknown directive; the only one is @include");
        else if (include is null)
            Refuse(number, column, "directives such as @include are not supported: put the whole configuration into the resource");
        else if (!included.Add(value))
            Refuse(number, column, "the same file is included twice");
        else if (include(value) is { } text)
            Read(text);
        else
            Refuse(number, column, "the included file cannot be read");
    }

    private void Refuse(int line, int offset, string message) => errors.Add(new ConfigurationError(line, offset + 1, message));

    private static bool IsKeyCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    // isspace(3) in the C locale.
    internal static bool IsSpace(char character) => character is ' ' or (>= '\t' and <= '\r');

    internal static int SkipSpace(string text, int at)
    {
        while (at < text.Length && IsSpace(text[at]))
            at++;
        return at;
    }

    private static string TrimEnd(string text, int start)
    {
        var end = text.Length;
        while (end > start && IsSpace(text[end - 1]))
            end--;
        return text[start..end];
    }
}
