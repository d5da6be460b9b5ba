using System.Globalization;
using System.Security;
using System.Text;

namespace Report;

/// <summary>One line of a plot.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Points">In the order of x.</param>
public sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Whether it is a limit, not a measurement: drawn dashed and without dots.</summary>
    public bool IsGoal { get; init; }
}

/// <summary>A plot of lines, as an SVG that can be read in 720 pixels, on light and on dark. Pure.</summary>
public sealed record LinePlot(string Title, string XLabel, string YLabel, IReadOnlyList<PlotLine> Lines)
{
    private const int Width = 720, Height = 372, Left = 64, Right = 16, Top = 76, Bottom = 48;
    private const int PlotWidth = Width - Left - Right, PlotHeight = Height - Top - Bottom, LegendStep = 18, LetterWidth = 7;

    // Read on white and on GitHub's dark grey alike; told apart by the colour-blind (Okabe and Ito), with shapes besides.
    private static readonly string[] s_colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a7a00", "#56b4e9"];

    /// <summary>Whether x is on a logarithmic axis, marked at the measured values.</summary>
    public bool IsLogarithmic { get; init; } = true;

    /// <summary>The picture.</summary>
    public string ToSvg()
    {
        var points = Lines.SelectMany(static line => line.Points).ToList();
        var x = IsLogarithmic ? Axis.Logarithmic(points.Select(static point => point.X)) : Axis.Linear(points.Max(static point => point.X));
        var y = Axis.Linear(points.Max(static point => point.Y));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" height=\"{Height}\" ")
            .Append("font-family=\"sans-serif\" font-size=\"13\">\n")
            .Append("<style>text{fill:#424a53}.grid{stroke:#d0d7de}@media(prefers-color-scheme:dark){text{fill:#c0c8d0}.grid{stroke:#3d444d}}</style>\n");
        Text(svg, Left, 20, Title, "font-size=\"15\" font-weight=\"bold\"");
        Axes(svg, x, y);
        for (var index = 0; index < Lines.Count; index++)
            Line(svg, Lines[index], index, x, y);
        Legend(svg);
        return svg.Append("</svg>\n").ToString();
    }

    private void Axes(StringBuilder svg, Axis x, Axis y)
    {
        foreach (var tick in y.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {Number(YOf(y, tick))}H{Width - Right}\"/>\n");
            Text(svg, Left - 8, YOf(y, tick) + 4, Axis.Label(tick), "text-anchor=\"end\"");
        }
        foreach (var tick in x.Ticks)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Number(XOf(x, tick))} {Height - Bottom}v5\"/>\n");
            Text(svg, XOf(x, tick), Height - Bottom + 19, Axis.Label(tick), "text-anchor=\"middle\"");
        }
        Text(svg, Left + (PlotWidth / 2), Height - 8, XLabel, "text-anchor=\"middle\"");
        Text(svg, 0, 0, YLabel, string.Create(CultureInfo.InvariantCulture, $"text-anchor=\"middle\" transform=\"translate(16,{Top + (PlotHeight / 2)}) rotate(-90)\""));
    }

    private static void Line(StringBuilder svg, PlotLine line, int index, Axis x, Axis y)
    {
        var corners = string.Join(' ', line.Points.Select(point => $"{Number(XOf(x, point.X))},{Number(YOf(y, point.Y))}"));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{corners}\" fill=\"none\" stroke=\"{Colour(index)}\" {Stroke(line)}/>\n");
        if (line.IsGoal)
            return;
        foreach (var (at, value) in line.Points)
            Dot(svg, index, XOf(x, at), YOf(y, value));
    }

    private void Legend(StringBuilder svg)
    {
        var (at, row) = (Left, 0);
        for (var index = 0; index < Lines.Count; index++)
        {
            var width = 34 + (Lines[index].Name.Length * LetterWidth);
            if (at > Left && at + width > Width)
                (at, row) = (Left, row + 1);
            var y = 40 + (row * LegendStep);
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{at} {y}h22\" stroke=\"{Colour(index)}\" {Stroke(Lines[index])}/>\n");
            if (!Lines[index].IsGoal)
                Dot(svg, index, at + 11, y);
            Text(svg, at + 27, y + 4, Lines[index].Name, "");
            at += width + 8;
        }
    }

    /// <summary>A circle, a square or a diamond.</summary>
    private static void Dot(StringBuilder svg, int index, double x, double y)
    {
        var (left, up) = (Number(x), Number(y));
        var shape = (index % 3) switch
        {
            0 => $"<circle cx=\"{left}\" cy=\"{up}\" r=\"4\"",
            1 => $"<path d=\"M{left} {up}m-4-4h8v8h-8z\"",
            _ => $"<path d=\"M{left} {up}m0-5l5 5-5 5-5-5z\"",
        };
        svg.Append($"{shape} fill=\"{Colour(index)}\"/>\n");
    }

    private static void Text(StringBuilder svg, double x, double y, string text, string attributes) =>
        svg.Append($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" {attributes}>{SecurityElement.Escape(text)}</text>\n");

    private static string Stroke(PlotLine line) => line.IsGoal ? "stroke-width=\"1.5\" stroke-dasharray=\"6 4\"" : "stroke-width=\"2\"";

    private static double XOf(Axis axis, double value) => Left + (axis.At(value) * PlotWidth);

    private static double YOf(Axis axis, double value) => Top + ((1 - axis.At(value)) * PlotHeight);

    private static string Colour(int index) => s_colours[index % s_colours.Length];

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
