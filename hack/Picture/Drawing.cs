using System.Globalization;
using System.Security;
using System.Text;

namespace Picture;

/// <summary>Draws panels as SVG.</summary>
internal static class Drawing
{
    private const int Column = 60, Row = 34, Gap = 6, Head = 24, Foot = 34, Left = 52;
    private static readonly string[] s_colours = ["#3274d9", "#e0752d", "#56a64b", "#8f3bb8", "#c4162a", "#0a9d9d", "#b88700", "#6e6e6e"];

    /// <summary>The whole picture.</summary>
    public static async Task<string> DrawAsync(IReadOnlyList<Panel> panels, PrometheusApi prometheus)
    {
        var (width, height) = (24 * Column, panels.Max(static one => one.Y + one.Height) * Row);
        var svg = new StringBuilder($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"#f4f5f5\"/>\n");
        foreach (var panel in panels)
        {
            svg.Append($"<g transform=\"translate({panel.X * Column},{panel.Y * Row})\">\n");
            await DrawAsync(svg, panel, prometheus);
            svg.Append("</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static async Task DrawAsync(StringBuilder svg, Panel panel, PrometheusApi prometheus)
    {
        if (panel.Kind == "row")
        {
            Text(svg, 10, 22, panel.Title, "font-size=\"15\" font-weight=\"bold\"");
            return;
        }
        var (width, height) = ((panel.Width * Column) - Gap, (panel.Height * Row) - Gap);
        svg.Append($"<rect x=\"{Gap / 2}\" y=\"{Gap / 2}\" width=\"{width}\" height=\"{height}\" rx=\"3\" fill=\"#fff\" stroke=\"#dcdcdc\"/>\n");
        Text(svg, 12, 19, panel.Title, "font-weight=\"bold\"");
        var isNow = panel.Kind is "stat" or "table";
        var answers = new List<(string Name, Series Series)>();
        foreach (var query in panel.Queries)
        {
            foreach (var one in isNow ? await prometheus.NowAsync(query.Expression) : await prometheus.RangeAsync(query.Expression))
                answers.Add((NameOf(query.Legend, one), one));
        }
        switch (panel.Kind)
        {
            case "stat":
                Text(svg, width / 2, (height / 2) + 22, answers is [var (_, only), ..] ? Numbers.Show(only.Points[^1].Value, panel.Unit) : "-", "font-size=\"30\" text-anchor=\"middle\"");
                break;
            case "table":
                Table(svg, panel, answers, width);
                break;
            case "state-timeline":
                States(svg, answers, prometheus, width, height);
                break;
            default:
                Lines(svg, panel, answers, prometheus, width, height);
                break;
        }
    }

    private static void Lines(StringBuilder svg, Panel panel, List<(string Name, Series Series)> answers, PrometheusApi prometheus, int width, int height)
    {
        var points = panel.IsStacked ? Stack(answers) : [.. answers.Select(static one => one.Series.Points)];
        var top = points.SelectMany(static one => one).Select(static one => one.Value).Where(double.IsFinite).DefaultIfEmpty(0).Max() is > 0 and var most ? most : 1;
        var (plotWidth, plotHeight) = (width - Left - 14, height - Head - Foot);
        string X(double at) => Format(Left + ((at - prometheus.From) / (prometheus.To - prometheus.From) * plotWidth));
        string Y(double value) => Format(Head + 6 + ((1 - (Math.Max(value, 0) / top)) * plotHeight));
        foreach (var part in (double[])[0, 0.5, 1])
        {
            svg.Append($"<path d=\"M{Left} {Y(part * top)}H{Left + plotWidth}\" stroke=\"#e8e8e8\"/>\n");
            Text(svg, Left - 5, double.Parse(Y(part * top), CultureInfo.InvariantCulture) + 4, Numbers.Show(part * top, panel.Unit), "text-anchor=\"end\" fill=\"#555\"");
        }
        for (var i = points.Count - 1; i >= 0; i--)
        {
            var line = string.Join(' ', Corners([.. points[i].Where(static one => double.IsFinite(one.Value))]).Select(one => $"{X(one.At)},{Y(one.Value)}"));
            var fill = panel.IsStacked ? $"fill=\"{Colour(i)}\" fill-opacity=\"0.25\"" : "fill=\"none\"";
            if (panel.IsStacked && points[i].Count > 0)
                line = $"{X(points[i][0].At)},{Y(0)} {line} {X(points[i][^1].At)},{Y(0)}";
            svg.Append($"<polyline points=\"{line}\" {fill} stroke=\"{Colour(i)}\" stroke-width=\"1.3\"/>\n");
        }
        Times(svg, prometheus, plotWidth, height - 20);
        Legend(svg, [.. answers.Select(static one => one.Name)], width, height - 6);
    }

    private static void States(StringBuilder svg, List<(string Name, Series Series)> answers, PrometheusApi prometheus, int width, int height)
    {
        const int Names = 110;
        var (plotWidth, rowHeight) = (width - Names - 14, Math.Min(34, (height - Head - Foot) / Math.Max(answers.Count, 1)));
        var minute = plotWidth / (prometheus.To - prometheus.From) * 60;
        for (var i = 0; i < answers.Count; i++)
        {
            var y = Head + 8 + (i * rowHeight);
            Text(svg, Names - 6, y + (rowHeight / 2) + 3, answers[i].Name, "text-anchor=\"end\"");
            var points = answers[i].Series.Points;
            for (var first = 0; first < points.Count;)
            {
                var run = points.Skip(first).TakeWhile(one => one.Value.Equals(points[first].Value)).Count();
                var x = Format(Names + ((points[first].At - prometheus.From) / 60 * minute));
                svg.Append($"<rect x=\"{x}\" y=\"{y}\" width=\"{Format(run * minute)}\" height=\"{rowHeight - 5}\" fill=\"{(points[first].Value >= 1 ? "#56a64b" : "#e0752d")}\"/>\n");
                first += run;
            }
        }
    }

    private static void Table(StringBuilder svg, Panel panel, List<(string Name, Series Series)> answers, int width)
    {
        // Rows that say different things of the same object are one row, as the panel's "merge" has it.
        var rows = answers.GroupBy(static one => (one.Series.Labels.GetValueOrDefault("namespace"), one.Series.Labels.GetValueOrDefault("name"), one.Series.Labels.GetValueOrDefault("cyrus_service")))
            .Select(static group => (
                Labels: group.SelectMany(static one => one.Series.Labels).GroupBy(static label => label.Key).ToDictionary(static label => label.Key, static label => label.Last().Value),
                group.Last().Series.Points[^1].Value)).ToList();
        for (var column = 0; column < panel.Columns.Count; column++)
        {
            var (x, name) = (14 + (column * (width - 20) / panel.Columns.Count), panel.Columns[column]);
            Text(svg, x, 44, name == "Value" ? "ends" : name, "font-weight=\"bold\" fill=\"#3274d9\"");
            for (var row = 0; row < rows.Count; row++)
                Text(svg, x, 66 + (row * 20), name == "Value" ? Numbers.Show(rows[row].Value, panel.Unit) : rows[row].Labels.GetValueOrDefault(name, ""), "");
        }
    }

    /// <summary>A line without the points in the middle of a level stretch.</summary>
    private static IEnumerable<(double At, double Value)> Corners(IReadOnlyList<(double At, double Value)> points) => points.Where((point, i) =>
        i == 0 || i == points.Count - 1 || !point.Value.Equals(points[i - 1].Value) || !point.Value.Equals(points[i + 1].Value));

    private static List<IReadOnlyList<(double At, double Value)>> Stack(List<(string Name, Series Series)> answers)
    {
        var sums = new Dictionary<double, double>();
        var stacked = new List<IReadOnlyList<(double, double)>>();
        foreach (var (_, series) in answers)
            stacked.Add([.. series.Points.Select(point => (point.At, sums[point.At] = sums.GetValueOrDefault(point.At) + point.Value))]);
        return stacked;
    }

    private static void Times(StringBuilder svg, PrometheusApi prometheus, int plotWidth, int y)
    {
        for (var part = 0; part <= 3; part++)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds((long)(prometheus.From + ((prometheus.To - prometheus.From) * part / 3)));
            Text(svg, Left + (plotWidth * part / 3), y, at.ToString("HH:mm", CultureInfo.InvariantCulture), "text-anchor=\"middle\" fill=\"#555\"");
        }
    }

    private static void Legend(StringBuilder svg, IReadOnlyList<string> names, int width, int y)
    {
        var x = 12;
        for (var i = 0; i < names.Count && x < width - 60; i++)
        {
            svg.Append($"<rect x=\"{x}\" y=\"{y - 8}\" width=\"9\" height=\"3\" fill=\"{Colour(i)}\"/>\n");
            Text(svg, x + 13, y - 3, names[i], "font-size=\"10\"");
            x += 24 + (names[i].Length * 6);
        }
    }

    private static string NameOf(string legend, Series series) =>
        series.Labels.Aggregate(legend, static (text, label) => text.Replace($"{{{{{label.Key}}}}}", label.Value, StringComparison.Ordinal)) is var name && name == "__auto" ? "" : name;

    private static void Text(StringBuilder svg, double x, double y, string text, string attributes) =>
        svg.Append($"<text x=\"{Format(x)}\" y=\"{Format(y)}\" {attributes}>{SecurityElement.Escape(text)}</text>\n");

    private static string Colour(int index) => s_colours[index % s_colours.Length];

    private static string Format(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
