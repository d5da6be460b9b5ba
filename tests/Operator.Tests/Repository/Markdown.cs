using System.Text.RegularExpressions;

namespace Operator.Tests.Repository;

/// <summary>A part of a page between fences.</summary>
/// <param name="Language">What stands behind the opening fence.</param>
/// <param name="Line">The line of the opening fence.</param>
/// <param name="Text">The content.</param>
internal sealed record MarkdownBlock(string Language, int Line, string Text);

/// <summary>What the tests need to know of the repository's Markdown.</summary>
internal static partial class Markdown
{
    private static readonly string[] Folders = ["docs", "charts", "config", "images", "hack"];

    /// <summary>All pages, by their path below the root.</summary>
    public static IEnumerable<string> Pages() =>
        Directory.GetFiles(Testing.Repository.Root, "*.md")
            .Concat(Folders.Select(static folder => Testing.Repository.PathOf(folder)).Where(Directory.Exists)
                .SelectMany(static folder => Directory.GetFiles(folder, "*.md", SearchOption.AllDirectories)))
            .Select(static path => Path.GetRelativePath(Testing.Repository.Root, path))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of a page.</summary>
    public static string Read(string page) => File.ReadAllText(Testing.Repository.PathOf(page));

    /// <summary>The blocks between fences.</summary>
    public static IReadOnlyList<MarkdownBlock> Blocks(string text)
    {
        List<MarkdownBlock> blocks = [];
        (string Language, int Line, List<string> Lines)? open = null;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var isFence = line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            if (open is { } block && isFence)
            {
                blocks.Add(new(block.Language, block.Line, string.Join('\n', block.Lines)));
                open = null;
            }
            else if (isFence)
            {
                open = (line.Trim().Trim('`'), index + 1, []);
            }
            else
            {
                open?.Lines.Add(line);
            }
        }
        return blocks;
    }

    /// <summary>Where its links lead, code aside.</summary>
    public static IEnumerable<string> Links(string text) =>
        Link().Matches(Code().Replace(WithoutBlocks(text), "")).Select(static match => match.Groups["to"].Value);

    /// <summary>The anchors of its headings, as GitHub makes them.</summary>
    public static HashSet<string> Anchors(string text)
    {
        HashSet<string> anchors = new(StringComparer.Ordinal);
        foreach (var match in Heading().Matches(WithoutBlocks(text)).AsEnumerable())
        {
            var anchor = NoAnchor().Replace(LinkText().Replace(match.Groups["text"].Value, "$1").Trim().ToLowerInvariant(), "").Replace(' ', '-');
            for (var again = 0; !anchors.Add(again == 0 ? anchor : $"{anchor}-{again}"); again++)
            {
            }
        }
        return anchors;
    }

    private static string WithoutBlocks(string text) => Fenced().Replace(text, "");

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<to>[^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
