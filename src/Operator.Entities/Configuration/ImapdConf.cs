namespace Operator.Entities.Configuration;

/// <summary>One option of imapd.conf.</summary>
/// <param name="Key">The key in lower case, as Cyrus folds it.</param>
/// <param name="Value">The value without surrounding white space.</param>
/// <param name="Line">The line on which it ends, from 1; the one that Cyrus names in its own errors.</param>
public sealed record ImapdOption(string Key, string Value, int Line);

/// <summary>
/// imapd.conf text read by the rules of Cyrus lib/libconfig.c:config_read_file, so that what is fatal to a worker is found before
/// a worker sees it. Values are not judged here; the server's own <c>cyr_info conf-lint</c> does that in the pod.
/// </summary>
public sealed class ImapdConf
{
    private ImapdConf(IReadOnlyList<ImapdOption> options, IReadOnlyList<ConfigurationError> errors)
    {
        Options = options;
        Errors = errors;
    }

    /// <summary>The options in their order.</summary>
    public IReadOnlyList<ImapdOption> Options { get; }

    /// <summary>What the server would refuse.</summary>
    public IReadOnlyList<ConfigurationError> Errors { get; }

    /// <summary>Reads the text; never throws for its content.</summary>
    public static ImapdConf Parse(string text)
    {
        var options = new List<ImapdOption>();
        var errors = new List<ConfigurationError>();
        var lineOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (content, line) in LogicalLines(text))
        {
            var trimmed = content.TrimStart(WhiteSpace);
            if (trimmed.Length == 0 || trimmed[0] == '#')
                continue;
            if (!TryRead(trimmed, line, out var option, out var problem))
                errors.Add(new ConfigurationError(line, problem));
            else if (!lineOf.TryAdd(option.Key, line))
                errors.Add(new ConfigurationError(line, $"option '{option.Key}' is given twice (first on line {lineOf[option.Key]})"));
            else
                options.Add(option);
        }
        return new ImapdConf(options, errors);
    }

    // isspace(3) in the C locale.
    private static readonly char[] WhiteSpace = [' ', '\t', '\n', '\v', '\f', '\r'];

    /// <summary>A backslash at the very end of a line joins it with the next, before anything else is looked at.</summary>
    private static IEnumerable<(string Content, int Line)> LogicalLines(string text)
    {
        var physical = text.Split('\n');
        var pending = "";
        for (var index = 0; index < physical.Length; index++)
        {
            var line = pending + physical[index];
            var continues = line.EndsWith('\\') && index < physical.Length - 1;
            pending = continues ? line[..^1] : "";
            if (!continues)
                yield return (line, index + 1);
        }
    }

    private static bool TryRead(string line, int number, out ImapdOption option, out string problem)
    {
        option = new ImapdOption("", "", number);
        problem = "";
        var end = 0;
        while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '-' or '_'))
            end++;
        if (line[0] == '@')
            problem = "directives such as @include are not supported: put the whole configuration into the resource";
        else if (end == 0 || end == line.Length || line[end] != ':')
            problem = "expected 'option: value' with a name of letters, digits, '-' and '_', directly followed by ':'";
        else if (line[(end + 1)..].Trim(WhiteSpace) is { Length: > 0 } value)
            option = new ImapdOption(line[..end].ToLowerInvariant(), value, number);
        else
            problem = $"option '{line[..end].ToLowerInvariant()}' has no value";
        return problem.Length == 0;
    }
}
