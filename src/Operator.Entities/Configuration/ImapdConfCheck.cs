namespace Operator.Entities.Configuration;

/// <summary>Judges the values of imapd.conf, for the plain keys and for those prefixed with a service's name.</summary>
public static class ImapdConfCheck
{
    // A name is offered for an unknown key when so few letters differ.
    private const int NearEnough = 2;

    /// <summary>All that a server would refuse: the parser's errors and the values, in the order of lines.</summary>
    /// <param name="conf">The parsed file.</param>
    /// <param name="versions">A value is refused when each of these refuses it.</param>
    /// <param name="services">Names of the services in cyrus.conf.</param>
    public static IReadOnlyList<ConfigurationError> Run(ImapdConf conf, IReadOnlyList<CyrusVersion> versions, IEnumerable<string> services)
    {
        var errors = new List<ConfigurationError>(conf.Errors);
        var names = services.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var longest = names.Select(static name => name.Length).DefaultIfEmpty().Max();
        foreach (var option in conf.Options)
        {
            if (Judge(option, versions, [.. ReadersOf(option.Key, names, longest)]) is { } expected)
                errors.Add(new ConfigurationError(option.Line, option.Column, $"{option.Key} expects {expected}"));
        }
        errors.Sort(static (one, other) => (one.Line, one.Column).CompareTo((other.Line, other.Column)));
        return errors;
    }

    /// <summary>
    /// The services whose name the key begins with, and the empty name, which stands for all other programs: whatever a service's own line says, the plain
    /// one is read by somebody.
    /// </summary>
    private static IEnumerable<string> ReadersOf(string key, HashSet<string> services, int longest)
    {
        yield return "";
        for (var end = key.IndexOf('_'); end >= 0 && end <= longest; end = key.IndexOf('_', end + 1))
        {
            if (services.TryGetValue(key[..end], out var service))
                yield return service;
        }
    }

    private static string? Judge(ImapdOption option, IReadOnlyList<CyrusVersion> versions, string[] readers)
    {
        string? expected = null;
        foreach (var version in versions)
        {
            var catalogue = OptionsCatalogue.For(version);
            string? found = null;
            foreach (var reader in readers)
                found ??= catalogue.Find(option.Key, reader, out _) is { } facts ? OptionValue.Expected(facts, option.Value, version) : null;
            if (found is null)
                return null;
            expected = found;
        }
        return expected;
    }

    /// <summary>
    /// Keys that no known version has but that look like one that exists. An unknown key is no error: SASL, partitions and other programs
    /// read theirs from the same file.
    /// </summary>
    public static IReadOnlyList<ConfigurationError> Misspelt(ImapdConf conf)
    {
        var known = OptionsCatalogue.For(CyrusVersion.V312);
        var warnings = new List<ConfigurationError>();
        foreach (var option in conf.Options)
        {
            if (!known.Options.ContainsKey(option.Key) && Nearest(option.Key, known.Options.Keys) is { } name)
                warnings.Add(new ConfigurationError(option.Line, 1, $"option '{option.Key}' is unknown; perhaps '{name}' is meant"));
        }
        return warnings;
    }

    private static string? Nearest(string key, IEnumerable<string> names)
    {
        var best = NearEnough + 1;
        string? nearest = null;
        foreach (var name in names)
        {
            if (Math.Abs(name.Length - key.Length) >= best || key.Length <= 2 * NearEnough || Distance(key, name) is var distance && distance >= best)
                continue;
            (best, nearest) = (Distance(key, name), name);
        }
        return nearest;
    }

    // Levenshtein's distance, one row at a time.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[^1];
    }
}
