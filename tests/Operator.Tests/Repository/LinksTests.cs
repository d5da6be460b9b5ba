namespace Operator.Tests.Repository;

/// <summary>Links between the pages of the repository; those that leave it are not looked at.</summary>
public sealed class LinksTests
{
    public static TheoryData<string> Pages => [.. Markdown.Pages()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file_and_to_a_heading_in_it(string page) =>
        Markdown.Links(Markdown.Read(page)).Select(link => FaultOf(page, link)).OfType<string>().ShouldBeEmpty(page);

    [Fact]
    public void A_link_to_nothing_is_found()
    {
        FaultOf("README.md", "docs/adr/no-such-decision.md").ShouldNotBeNull();
        FaultOf("README.md", "CONTRIBUTING.md#no-such-heading").ShouldNotBeNull();
        FaultOf("README.md", "../README.md").ShouldNotBeNull();
        FaultOf("README.md", "CONTRIBUTING.md#where-things-are").ShouldBeNull();
    }

    [Fact]
    public void Code_holds_no_links_and_headings_have_the_anchors_of_GitHub()
    {
        const string Page = "# A *first* `spec.tls[]` heading, [linked](x.md)\n`[no](a)` [yes](b#c)\n```\n# none\n[no](d)\n```\n## Again\n## Again\n";

        Markdown.Links(Page).ShouldBe(["x.md", "b#c"]);
        Markdown.Anchors(Page).ShouldBe(["a-first-spectls-heading-linked", "again", "again-1"], ignoreOrder: true);
        Markdown.Blocks(Page).ShouldBe([new MarkdownBlock("", 3, "# none\n[no](d)")]);
    }

    private static string? FaultOf(string page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal))
            return null;
        var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
        var target = path.Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, path);
        var full = Path.GetFullPath(Testing.Repository.PathOf(target));
        if (!full.StartsWith(Testing.Repository.Root, StringComparison.Ordinal) || !(File.Exists(full) || Directory.Exists(full)))
            return $"{link}: there is no such file";
        return anchor is null || Markdown.Anchors(File.ReadAllText(full)).Contains(anchor) ? null : $"{link}: there is no such heading";
    }
}
