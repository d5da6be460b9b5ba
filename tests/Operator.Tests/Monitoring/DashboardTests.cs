using System.Text;
using System.Text.Json;
using Operator.Testing.Monitoring;

namespace Operator.Tests.Monitoring;

public sealed class DashboardTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_metric_in_the_dashboard_is_told_by_one_of_the_programs()
    {
        var expressions = MonitoringFiles.DashboardExpressions();

        expressions.Count.ShouldBeGreaterThan(20);
        expressions.Where(static one => !MonitoringFiles.MetricsOf(one).Any()).ShouldBeEmpty();
        expressions.SelectMany(MonitoringFiles.MetricsOf).Except(MonitoringFiles.Known).ShouldBeEmpty();
    }

    [Fact]
    [Trait("needs", "prometheus")]
    public async Task Prometheus_understands_every_expression_of_the_dashboard()
    {
        var rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        var number = 0;
        foreach (var expression in MonitoringFiles.DashboardExpressions())
        {
            var filled = expression.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$__range", "1h", StringComparison.Ordinal);
            // A string of JSON is one of YAML, too.
            rules.Append($"  - record: r{number++}\n    expr: \"{JsonEncodedText.Encode(filled)}\"\n");
        }
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, rules.ToString(), Stop);

        var (code, output) = await Promtool.RunAsync(null, Stop, "check", "rules", file);

        File.Delete(file);
        code.ShouldBe(0, output);
        output.ShouldContain($"{number} rules found");
    }

    [Fact]
    public void Every_panel_takes_its_data_from_the_source_that_is_chosen_and_none_lies_over_another()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(MonitoringFiles.Dashboard));
        var taken = new HashSet<(int X, int Y)>();
        var ids = new HashSet<int>();

        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            ids.Add(panel.GetProperty("id").GetInt32()).ShouldBeTrue();
            if (panel.GetProperty("type").GetString() != "row")
                panel.GetProperty("datasource").GetProperty("uid").GetString().ShouldBe("${datasource}");
            foreach (var cell in Cells(panel.GetProperty("gridPos")))
                taken.Add(cell).ShouldBeTrue(panel.GetProperty("title").GetString());
        }
        dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(static one => one.GetProperty("name").GetString()).ShouldBe(["datasource", "namespace", "name"]);
    }

    [Fact]
    public void The_picture_has_every_panel()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(MonitoringFiles.Dashboard));
        var picture = File.ReadAllText(Testing.Repository.PathOf("docs", "reference", "dashboard.svg"));

        dashboard.RootElement.GetProperty("panels").EnumerateArray().Select(static panel => panel.GetProperty("title").GetString()!)
            .Where(title => !picture.Contains($">{title}</text>", StringComparison.Ordinal))
            .ShouldBeEmpty("run hack/picture docs/reference/dashboard.svg and commit it");
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonElement place)
    {
        int Of(string name) => place.GetProperty(name).GetInt32();
        return Enumerable.Range(Of("x"), Of("w")).SelectMany(x => Enumerable.Range(Of("y"), Of("h")).Select(y => (x, y)));
    }
}
