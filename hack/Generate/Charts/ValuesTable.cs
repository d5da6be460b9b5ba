using System.Text;

namespace Generate.Charts;

/// <summary>The table of values in a chart's README.md, between two marks; what is around it is written by hand.</summary>
internal static class ValuesTable
{
    private const string Begin = "<!-- values: made by hack/generate -->\n", End = "<!-- end of values -->\n";

    /// <summary>The README with the table as it ought to be.</summary>
    /// <exception cref="FormatException">The marks are missing.</exception>
    public static string Insert(string readme, IEnumerable<ChartValue> values)
    {
        var begin = readme.IndexOf(Begin, StringComparison.Ordinal);
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? readme[..(begin + Begin.Length)] + Table(values) + readme[end..]
            : throw new FormatException($"The README has no lines '{Begin.Trim()}' and '{End.Trim()}'.");
    }

    private static string Table(IEnumerable<ChartValue> values)
    {
        var text = new StringBuilder("| value | default | |\n| --- | --- | --- |\n");
        foreach (var value in Leaves(values))
            text.Append("| `").AppendJoin('.', value.Path).Append("` | `").Append(Default(value)).Append("` | ").Append(Cell(value.Description!)).Append(" |\n");
        return text.ToString();
    }

    private static IEnumerable<ChartValue> Leaves(IEnumerable<ChartValue> values) =>
        values.SelectMany(static value => value.IsGroup ? Leaves(value.Children) : [value]);

    private static string Default(ChartValue value) => Cell(value.Default?.ToJsonString(ValuesSchema.Readable) ?? "null");

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
