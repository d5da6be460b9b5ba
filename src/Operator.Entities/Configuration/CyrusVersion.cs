namespace Operator.Entities.Configuration;

/// <summary>The series of Cyrus IMAP whose options are known.</summary>
public enum CyrusVersion
{
    /// <summary>3.6, as in Debian 12.</summary>
    V36,

    /// <summary>3.8.</summary>
    V38,

    /// <summary>3.10, as in Debian 13.</summary>
    V310,

    /// <summary>3.12.</summary>
    V312,
}

/// <summary>Reads version numbers.</summary>
public static class CyrusVersions
{
    /// <summary>All, oldest first.</summary>
    public static IReadOnlyList<CyrusVersion> All { get; } = [CyrusVersion.V36, CyrusVersion.V38, CyrusVersion.V310, CyrusVersion.V312];

    /// <summary>The nearest known series for the first version number in the text, such as "3.10.2"; null when there is none.</summary>
    public static CyrusVersion? Find(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!char.IsAsciiDigit(text[at]) || (at > 0 && char.IsAsciiDigit(text[at - 1])))
                continue;
            var end = at;
            while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
                end++;
            if (Version.TryParse(text[at..end].TrimEnd('.'), out var version))
                return Nearest(version);
            at = end;
        }
        return null;
    }

    // An unknown number belongs to the newest series that is not newer: 3.11 is a development version after 3.10.
    private static CyrusVersion Nearest(Version version) => (version.Major, version.Minor) switch
    {
        ( < 3, _) or (3, < 8) => CyrusVersion.V36,
        (3, < 10) => CyrusVersion.V38,
        (3, < 12) => CyrusVersion.V310,
        _ => CyrusVersion.V312,
    };
}
