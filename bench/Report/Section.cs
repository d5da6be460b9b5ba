using System.Text;

namespace Report;

/// <summary>What one bench has to tell: Markdown, and the plots that it shows.</summary>
/// <param name="name">Of the bench, as hack/bench knows it; the files' names begin with it.</param>
/// <param name="title">Its heading.</param>
/// <param name="measured">On what, and by which command (<see cref="Machine.InWords"/>).</param>
public sealed class Section(string name, string title, string measured)
{
    private readonly StringBuilder text = new($"{Document.Mark}\n# {title}\n\n{measured}\n");
    private readonly Dictionary<string, string> plots = new(StringComparer.Ordinal);

    /// <summary>Of the bench.</summary>
    public string Name => name;

    /// <summary>The whole file.</summary>
    public string Markdown => text.ToString();

    /// <summary>The pictures beside it, by file name.</summary>
    public IReadOnlyDictionary<string, string> Plots => plots;

    /// <summary>Begins a part.</summary>
    public Section Heading(string heading) => Paragraph($"## {heading}");

    /// <summary>Adds a paragraph.</summary>
    public Section Paragraph(string paragraph)
    {
        text.Append('\n').Append(paragraph.Trim()).Append('\n');
        return this;
    }

    /// <summary>Adds a table.</summary>
    public Section Table(MarkdownTable table) => Paragraph(table.ToString());

    /// <summary>Adds a picture.</summary>
    /// <param name="plotName">Its name within the section.</param>
    /// <param name="plot">What it shows.</param>
    public Section Plot(string plotName, LinePlot plot)
    {
        var file = $"{name}-{plotName}.svg";
        plots[file] = plot.ToSvg();
        return Paragraph($"![{plot.Title}]({file})");
    }
}
