namespace Sbom;

/// <summary>Debian's control files (deb822): paragraphs of <c>Name: value</c>; a line that begins with a blank goes on with the value.</summary>
internal static class ControlFile
{
    /// <summary>The paragraphs of a text.</summary>
    public static IEnumerable<IReadOnlyDictionary<string, string>> Paragraphs(string text)
    {
        var paragraph = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? name = null;
        foreach (var line in text.Split('\n'))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                if (paragraph.Count > 0)
                    yield return paragraph;
                paragraph = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                name = null;
            }
            else if (line[0] is ' ' or '\t')
            {
                if (name is not null)
                    paragraph[name] += '\n' + line.Trim();
            }
            else if (line.Split(':', 2) is [var field, var value])
            {
                name = field;
                paragraph[field] = value.Trim();
            }
        }
        if (paragraph.Count > 0)
            yield return paragraph;
    }
}
