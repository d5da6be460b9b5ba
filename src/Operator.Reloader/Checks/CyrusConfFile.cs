namespace Operator.Reloader.Checks;

/// <summary>One entry of cyrus.conf.</summary>
/// <param name="Section">START, SERVICES, DAEMON or EVENTS.</param>
/// <param name="Name">The entry's name; for a service the value of CYRUS_SERVICE.</param>
/// <param name="Command">Value of <c>cmd</c>; empty when it is missing.</param>
/// <param name="Line">Line number, from 1.</param>
internal sealed record CyrusConfEntry(string Section, string Name, string Command, int Line)
{
    /// <summary>The executable of <see cref="Command"/>.</summary>
    public string Program => Command.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var program, ..] ? program : "";
}

/// <summary>
/// The entries of a cyrus.conf that the operator rendered. Syntax is judged by <c>cyr_info conf-lint</c>; this only finds names and commands.
/// </summary>
internal static class CyrusConfFile
{
    /// <summary>Reads the text; lines that are no entry are passed over.</summary>
    public static IReadOnlyList<CyrusConfEntry> Parse(string text)
    {
        var entries = new List<CyrusConfEntry>();
        var section = "";
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line.EndsWith('{'))
                section = line[..^1].Trim();
            else if (line == "}")
                section = "";
            else if (section.Length > 0)
                entries.Add(new CyrusConfEntry(section, line.Split([' ', '\t'], 2)[0], ValueOf(line, "cmd"), number));
        }
        return entries;
    }

    private static string ValueOf(string line, string key)
    {
        var at = line.IndexOf(key + "=", StringComparison.Ordinal);
        if (at < 0)
            return "";
        var value = line[(at + key.Length + 1)..];
        return value.StartsWith('"') ? value[1..].Split('"', 2)[0] : value.Split([' ', '\t'], 2)[0];
    }
}
