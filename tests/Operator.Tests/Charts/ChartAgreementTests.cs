using Operator.Testing;
using YamlDotNet.RepresentationModel;

namespace Operator.Tests.Charts;

/// <summary>What the chart makes is told in its golden files; here it is held against what the values promise, and against config/, which makes the same.</summary>
public sealed class ChartAgreementTests
{
    [Fact]
    public void Every_object_has_the_common_labels_and_annotations()
    {
        var made = Documents("tests/Operator.Tests/Charts/Golden/everything.yaml");

        made.Count.ShouldBeGreaterThan(15);
        foreach (var one in made)
        {
            var name = $"{one.Text("kind")} {one.Text("metadata", "name")}";
            one.Text("metadata", "labels", "team").ShouldBe("mail", name);
            one.Text("metadata", "annotations", "example.org/owner").ShouldBe("mail", name);
        }
    }

    [Theory]
    [InlineData("livenessProbe")]
    [InlineData("readinessProbe")]
    [InlineData("resources")]
    [InlineData("securityContext")]
    [InlineData("volumeMounts")]
    public void The_operators_container_is_that_of_config(string field) => Words(At(Container(OfChart), field)).ShouldBe(Words(At(Container(OfConfig), field)));

    [Theory]
    [InlineData("spec", "strategy")]
    [InlineData("spec", "template", "spec", "securityContext")]
    [InlineData("spec", "template", "spec", "volumes")]
    [InlineData("spec", "template", "spec", "enableServiceLinks")]
    public void The_operators_Deployment_is_that_of_config(params string[] path) => Words(At(OfChart, path)).ShouldBe(Words(At(OfConfig, path)));

    [Theory]
    [InlineData("rules")]
    [InlineData("failurePolicy")]
    [InlineData("matchPolicy")]
    [InlineData("sideEffects")]
    [InlineData("timeoutSeconds")]
    [InlineData("admissionReviewVersions")]
    public void The_webhook_is_that_of_config(string field) => Words(At(Webhook("tests/Operator.Tests/Charts/Golden/namespaces.yaml"), field))
        .ShouldBe(Words(At(Webhook("config/webhook/validating_webhook_configuration.yaml"), field)));

    private static YamlMappingNode OfChart => Documents("tests/Operator.Tests/Charts/Golden/defaults.yaml").Single(static one => one.Text("kind") == "Deployment");

    private static YamlMappingNode OfConfig => Documents("config/operator/deployment.yaml").Single();

    private static YamlMappingNode Webhook(string path) =>
        Documents(path).Single(static one => one.Text("kind") == "ValidatingWebhookConfiguration").Maps("webhooks").Single();

    private static YamlMappingNode Container(YamlMappingNode deployment) => deployment.Maps("spec", "template", "spec", "containers").Single();

    private static IReadOnlyList<YamlMappingNode> Documents(string path) => YamlPaths.Documents(File.ReadAllText(Testing.Repository.PathOf(path)));

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, static (at, name) => at[new YamlScalarNode(name)]);

    /// <summary>A node as text, whatever the order and the style in which it is written.</summary>
    private static string Words(YamlNode node) => node switch
    {
        YamlMappingNode map => $"{{{string.Join(", ", map.Children.Select(static entry => $"{Words(entry.Key)}: {Words(entry.Value)}").Order(StringComparer.Ordinal))}}}",
        YamlSequenceNode list => $"[{string.Join(", ", list.Children.Select(Words))}]",
        _ => ((YamlScalarNode)node).Value ?? "",
    };
}
