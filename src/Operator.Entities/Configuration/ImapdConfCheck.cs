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
        // The empty name stands for all programs that are no service.
        var readers = services.Prepend("").Distinct(StringComparer.Ordinal).ToArray();
        foreach (var option in conf.Options)
        {
            if (Judge(conf, option, versions, readers) is { } expected)
                errors.Add(new ConfigurationError(option.Line, option.Column, $"{option.Key} expects {expected}"));
        }
        errors.Sort(static (one, other) => (one.Line, one.Column).CompareTo((other.Line, other.Column)));
        return errors;
    }

    private static string? Judge(ImapdConf conf, ImapdOption option, IReadOnlyList<CyrusVersion> versions, string[] readers)
    {
        string? expected = null;
        foreach (var version in versions)
        {
            string? found = null;
            foreach (var reader in readers)
                found ??= Expected(conf, option, OptionsCatalogue.For(version), reader);
            if (found is null)
                return null;
            expected = found;
        }
        return expected;
    }

    private static string? Expected(ImapdConf conf, ImapdOption option, OptionsCatalogue catalogue, string service)
    {
        if (catalogue.Find(option.Key, service, out var isSpecific) is not { } facts)
            return null;
        // A plain line below the service's own line is passed over without a look at its value.
        if (!isSpecific && service.Length > 0 && IsBelow(conf, option, $"{service.ToLowerInvariant()}_{option.Key}"))
            return null;
        return OptionValue.Expected(facts, option.Value, catalogue.Version);
    }

    private static bool IsBelow(ImapdConf conf, ImapdOption option, string key)
    {
        foreach (var other in conf.Options)
        {
            if (ReferenceEquals(other, option))
                return false;
            if (other.Key == key)
                return true;
        }
        return false;
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
