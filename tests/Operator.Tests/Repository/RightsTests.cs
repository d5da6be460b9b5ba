using YamlDotNet.RepresentationModel;

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

    private static IEnumerable<string> RowsOf(string role)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Testing.Repository.PathOf(role))));
        return from rule in ((YamlSequenceNode)yaml.Documents[0].RootNode["rules"]).Children
               from resource in Words(rule["resources"])
               select $"| `{resource}` | {string.Join(", ", Words(rule["verbs"]))} |";
    }

    private static IEnumerable<string> Words(YamlNode list) => ((YamlSequenceNode)list).Children.Select(static word => ((YamlScalarNode)word).Value!);
}
