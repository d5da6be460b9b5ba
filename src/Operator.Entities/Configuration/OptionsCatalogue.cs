using System.Collections.Frozen;

namespace Operator.Entities.Configuration;

/// <summary>How the server reads an option's value (Cyrus lib/imapoptions).</summary>
public enum OptionType
{
    /// <summary>Any text.</summary>
    String,

    /// <summary>On or off.</summary>
    Switch,

    /// <summary>A whole number.</summary>
    Int,

    /// <summary>One of a list, or on and off in several spellings.</summary>
    Enum,

    /// <summary>One of a list.</summary>
    StringList,

    /// <summary>Any number of a list.</summary>
    BitField,

    /// <summary>A time.</summary>
    Duration,

    /// <summary>A size.</summary>
    ByteSize,
}

/// <summary>What it takes until a changed option is in force.</summary>
public enum ChangeNeed
{
    /// <summary>New workers.</summary>
    Reload,

    /// <summary>A new master, or a new daemon that ignores SIGHUP.</summary>
    Restart,

    /// <summary>Work on the data: it changes names, locks or the layout on the disk.</summary>
    Convert,
}

/// <summary>One option in one version.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">How its value is read.</param>
/// <param name="Values">The allowed values, where the type has a list.</param>
/// <param name="Default">The default; null when there is none.</param>
/// <param name="Modified">The version in which its definition last changed, as of the oldest known series that has it.</param>
/// <param name="Deprecated">Since when it is deprecated; empty otherwise.</param>
/// <param name="ReplacedBy">What replaces it; empty otherwise.</param>
/// <param name="Needs">What a change needs.</param>
public sealed record OptionFacts(
    string Name,
    OptionType Type,
    IReadOnlyList<string> Values,
    string? Default,
    string Modified,
    string Deprecated,
    string ReplacedBy,
    ChangeNeed Needs);

/// <summary>The options that a version of the server knows (options.tsv, made from Cyrus lib/imapoptions).</summary>
public sealed class OptionsCatalogue
{
    private const int FirstVersionColumn = 3;
    private static readonly Lazy<OptionsCatalogue[]> Catalogues = new(Load);

    private OptionsCatalogue(CyrusVersion version, Dictionary<string, OptionFacts> options)
    {
        Version = version;
        Options = options.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Whose options these are.</summary>
    public CyrusVersion Version { get; }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, OptionFacts> Options { get; }

    /// <summary>The options of a version.</summary>
    public static OptionsCatalogue For(CyrusVersion version) => Catalogues.Value[(int)version];

    /// <summary>
    /// The option that a key sets for a service: "&lt;service&gt;_&lt;option&gt;" comes before the plain name (lib/libconfig.c:config_read_file).
    /// </summary>
    /// <param name="key">The key in lower case.</param>
    /// <param name="service">CYRUS_SERVICE of the reader, empty for none.</param>
    /// <param name="isSpecific">Whether the key has the service's prefix.</param>
    public OptionFacts? Find(string key, string service, out bool isSpecific)
    {
        isSpecific = service.Length > 0
            && key.Length > service.Length
            && key[service.Length] == '_'
            && key.StartsWith(service, StringComparison.OrdinalIgnoreCase)
            && Options.ContainsKey(key[(service.Length + 1)..]);
        return Options.GetValueOrDefault(isSpecific ? key[(service.Length + 1)..] : key);
    }

    private static OptionsCatalogue[] Load()
    {
        using var stream = typeof(OptionsCatalogue).Assembly.GetManifestResourceStream("options.tsv")
            ?? throw new InvalidOperationException("options.tsv is not embedded");
        using var reader = new StreamReader(stream);
        var options = CyrusVersions.All.Select(static _ => new Dictionary<string, OptionFacts>(StringComparer.Ordinal)).ToArray();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                Add(options, line.Split('\t'));
        }
        return [.. CyrusVersions.All.Select(version => new OptionsCatalogue(version, options[(int)version]))];
    }

    private static void Add(Dictionary<string, OptionFacts>[] options, string[] columns)
    {
        var cell = "-";
        for (var version = 0; version < options.Length; version++)
        {
            if (columns[FirstVersionColumn + version] is not "=" and var changed)
                cell = changed;
            if (cell != "-")
                options[version].Add(columns[0], Read(columns, cell.Split('|')));
        }
    }

    private static OptionFacts Read(string[] columns, string[] facts) => new(
        columns[0],
        TypeOf(facts[0]),
        facts[1].Length == 0 ? [] : facts[1].Split(','),
        facts[2] == "NULL" ? null : facts[2],
        columns[2],
        facts[3],
        facts[4],
        columns[1] switch { "Restart" => ChangeNeed.Restart, "Convert" => ChangeNeed.Convert, _ => ChangeNeed.Reload });

    private static OptionType TypeOf(string name) => name switch
    {
        "SWITCH" => OptionType.Switch,
        "INT" => OptionType.Int,
        "ENUM" => OptionType.Enum,
        "STRINGLIST" => OptionType.StringList,
        "BITFIELD" => OptionType.BitField,
        "DURATION" => OptionType.Duration,
        "BYTESIZE" => OptionType.ByteSize,
        _ => OptionType.String,
    };
}
