using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Servers;
using Operator.Servers.Inputs;

namespace Operator.Servers.Rendering;

/// <summary>All that a user gives of imapd.conf, put together as Cyrus reads it, and from which text each line came. Pure.</summary>
internal sealed class ImapdConfTexts
{
    /// <summary>The field of the first text, for messages.</summary>
    public const string Field = "spec.imapdConf";

    private readonly List<(ConfText Source, int FirstLine, int LastLine)> parts = [];

    private ImapdConfTexts(IEnumerable<ConfText> sources)
    {
        var text = new StringBuilder();
        var line = 1;
        foreach (var source in sources)
        {
            // spec.imapdConf is first and bare, so that a line number in an error of Cyrus is the line there.
            if (parts.Count > 0)
                Add($"{SecretValues.From}{source.Origin}.\n");
            // A continuation that ends a text goes on in the empty line after it.
            parts.Add((source, line, Math.Max(1, source.Text.AsSpan().TrimEnd('\n').Count('\n') + 1)));
            // The empty line takes up a continuation backslash at the end of the text.
            Add(source.Text + "\n\n");
        }
        Text = text.ToString();
        Parsed = ImapdConf.Parse(Text, nameOf: number => "in " + PlaceOf(number));

        void Add(string more)
        {
            text.Append(more);
            line += more.AsSpan().Count('\n');
        }
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The whole text, parsed.</summary>
    public ImapdConf Parsed { get; }

    /// <summary>Puts a server's texts together.</summary>
    public static ImapdConfTexts Of(CyrusServer server, IReadOnlyList<ConfText> more) => new(more.Prepend(new ConfText(Field, server.Spec.ImapdConf)));

    /// <summary>A line of the whole, as a user knows it: text and line there.</summary>
    public string PlaceOf(int line)
    {
        var (source, first, last) = PartOf(line);
        return $"{source.Origin} line {Math.Min(line - first + 1, last)}";
    }

    /// <summary>Whether a line of the whole is of a Secret.</summary>
    public bool IsSecret(int line) => PartOf(line).Source.IsSecret;

    /// <summary>The first character of a text that cannot be there, or null.</summary>
    public InputProblem? FindControl()
    {
        foreach (var (source, _, _) in parts)
        {
            if (PlainText.FindControl(source.Text) is { } found)
                return new("ImapdConfInvalid", $"{source.Origin} line {found.Line}, column {found.Column}: {found.Message}");
        }
        return null;
    }

    private (ConfText Source, int FirstLine, int LastLine) PartOf(int line) => parts.Last(part => part.FirstLine <= line);
}
