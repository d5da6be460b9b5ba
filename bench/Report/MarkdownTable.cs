using System.Text;

namespace Report;

/// <summary>A table in Markdown. Pure.</summary>
public sealed class MarkdownTable(params IReadOnlyList<string> columns)
{
    private readonly List<IReadOnlyList<string>> rows = [];

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">It has not as many cells as there are columns.</exception>
    public void Add(params IReadOnlyList<string> cells)
    {
        if (cells.Count != columns.Count)
            throw new ArgumentException($"{cells.Count} cells for {columns.Count} columns.", nameof(cells));
        rows.Add(cells);
    }

    /// <summary>The table, with an end of line after its last row. All columns but the first hold figures and stand on the right.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text, columns);
        Append(text, [.. columns.Select(static (_, index) => index == 0 ? "---" : "---:")]);
        foreach (var row in rows)
            Append(text, row);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
