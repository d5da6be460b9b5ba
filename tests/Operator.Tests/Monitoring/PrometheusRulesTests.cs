using Operator.Testing.Monitoring;
using YamlDotNet.RepresentationModel;

namespace Operator.Tests.Monitoring;

/// <summary>The alerts, as Prometheus reads them and as people do.</summary>
public sealed class PrometheusRulesTests
{
    public static TheoryData<string> Names => [.. MonitoringFiles.Alerts().Select(static alert => alert.Name).Distinct()];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("needs", "prometheus")]
    public async Task Promtool_finds_nothing_wrong_with_the_rules()
    {
        var (code, output) = await Promtool.RunAsync(null, Stop, "check", "rules", "--lint-fatal", MonitoringFiles.Rules);

        output.ShouldContain("SUCCESS");
        code.ShouldBe(0, output);
    }

    [Fact]
    [Trait("needs", "prometheus")]
    public async Task Each_alert_fires_and_clears_as_its_tests_say()
    {
        var (code, output) = await Promtool.RunAsync(null, Stop, "test", "rules", MonitoringFiles.RuleTests);

        code.ShouldBe(0, output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_has_a_test_in_which_it_fires_and_then_clears(string name)
    {
        var checks = MonitoringFiles.Tests().Where(check => check.Alert == name).Select(static check => check.Fires).ToList();

        checks.ShouldContain(true);
        checks[^1].ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_says_how_bad_it_is_what_it_is_and_where_to_read_on(string name)
    {
        foreach (var (_, rule) in MonitoringFiles.Alerts().Where(alert => alert.Name == name))
        {
            MonitoringFiles.Text((YamlMappingNode)rule["labels"], "severity").ShouldBeOneOf("warning", "critical");
            var annotations = (YamlMappingNode)rule["annotations"];
            MonitoringFiles.Text(annotations, "summary").ShouldEndWith(".");
            MonitoringFiles.Text(annotations, "description").ShouldEndWith(".");
            MonitoringFiles.Text(annotations, "runbook_url").ShouldBe($"RUNBOOK_BASE/{name}.md");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_alert_has_a_runbook_with_all_its_parts(string name)
    {
        var path = Testing.Repository.PathOf("docs", "runbooks", name + ".md");

        File.Exists(path).ShouldBeTrue($"{path} is missing");
        File.ReadLines(path).Where(static line => line.StartsWith('#'))
            .ShouldBe([$"# {name}", "## Meaning", "## What mail users notice", "## Diagnosis", "## What to do", "## When to silence"]);
    }

    [Fact]
    public void A_runbook_belongs_to_an_alert() =>
        Directory.GetFiles(Testing.Repository.PathOf("docs", "runbooks"), "*.md").Select(Path.GetFileNameWithoutExtension)
            .ShouldBe(MonitoringFiles.Alerts().Select(static alert => alert.Name).Distinct(), ignoreOrder: true);

    [Fact]
    public void Every_metric_in_the_rules_is_told_by_one_of_the_programs() =>
        MonitoringFiles.Alerts().SelectMany(static alert => MonitoringFiles.MetricsOf(MonitoringFiles.Text(alert.Rule, "expr")))
            .Except(MonitoringFiles.Known).ShouldBeEmpty();
}
