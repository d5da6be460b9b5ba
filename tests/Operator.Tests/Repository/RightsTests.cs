using Operator.Testing;

namespace Operator.Tests.Repository;

/// <summary>docs/security.md tells of each right why it is there.</summary>
public sealed class RightsTests
{
    private const string Page = "docs/security.md";

    [Fact]
    public void Every_right_of_the_operator_is_told_with_its_verbs()
    {
        var page = Markdown.Read(Page);
        var rows = RowsOf("config/rbac/role.yaml").Distinct().ToList();

        rows.ShouldContain("| `secrets` | get, list, watch, create, patch |");
        rows.Where(row => !page.Contains(row, StringComparison.Ordinal)).ShouldBeEmpty($"tell in {Page} why the right is there");
    }

    private static IEnumerable<string> RowsOf(string role) =>
        from rule in YamlPaths.Documents(File.ReadAllText(Testing.Repository.PathOf(role))).Single().Maps("rules")
        from resource in rule.Texts("resources")
        select $"| `{resource}` | {string.Join(", ", rule.Texts("verbs"))} |";
}
