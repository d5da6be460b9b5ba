using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Generate;

/// <summary>Summaries from the XML documentation files that the compiler wrote beside the assemblies.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> members = new(StringComparer.Ordinal);

    /// <summary>Loads the documentation of the assemblies.</summary>
    public DocComments(params Assembly[] assemblies)
    {
        foreach (var assembly in assemblies)
        {
            var file = Path.ChangeExtension(assembly.Location, ".xml");
            foreach (var member in XDocument.Load(file).Descendants("member"))
                members[member.Attribute("name")!.Value] = member;
        }
    }

    /// <summary>The summary of a property or type, as one line of plain text; empty when there is none.</summary>
    public string Summary(MemberInfo member)
    {
        var name = member is Type type ? $"T:{type.FullName}" : $"P:{member.DeclaringType!.FullName}.{member.Name}";
        return members.TryGetValue(name, out var doc) && doc.Element("summary") is { } summary
            ? Spaces().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim()
            : "";
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => LastWord(see.Attribute("cref")?.Value ?? ""),
        XElement element => element.Value,
        _ => "",
    };

    private static string LastWord(string reference)
    {
        var word = reference[(reference.LastIndexOf('.') + 1)..];
        return word.Length > 0 ? char.ToLowerInvariant(word[0]) + word[1..] : "";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
