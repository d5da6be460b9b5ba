using System.Text.Json;
using System.Text.RegularExpressions;
using Generate;
using Operator.Testing;
using YamlDotNet.RepresentationModel;

namespace Operator.Tests.Monitoring;

/// <summary>The rules and the dashboard as they are committed.</summary>
internal static partial class MonitoringFiles
{
    public static readonly string Rules = Testing.Repository.PathOf("charts", "cyrus-operator", "rules", "cyrus-operator.yaml");
    public static readonly string RuleTests = Testing.Repository.PathOf("tests", "Operator.Tests", "Monitoring", "rules.test.yaml");
    public static readonly string Dashboard = Testing.Repository.PathOf("charts", "cyrus-operator", "dashboards", "cyrus-operator.json");

    /// <summary>Each alert, by its name; one that has two severities is there twice.</summary>
    public static IReadOnlyList<(string Name, YamlMappingNode Rule)> Alerts() =>
    [
        .. List(Load(Rules), "groups").SelectMany(static group => List(group, "rules")).Select(static rule => (Text(rule, "alert"), rule)),
    ];

    /// <summary>Each promtool test of an alert, in the order of the file: whether it expects the alert to fire.</summary>
    public static IReadOnlyList<(string Alert, bool Fires)> Tests() =>
    [
        .. List(Load(RuleTests), "tests").SelectMany(static test => List(test, "alert_rule_test"))
            .Select(static check => (Text(check, "alertname"), ((YamlSequenceNode)check["exp_alerts"]).Children.Count > 0)),
    ];

    /// <summary>Every expression of the dashboard.</summary>
    public static IReadOnlyList<string> DashboardExpressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Dashboard));
        return [.. Expressions(dashboard.RootElement)];
    }

    public static string Text(YamlMappingNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    /// <summary>The metrics that an expression names. A histogram's three series are one metric.</summary>
    public static IEnumerable<string> MetricsOf(string expression) => Metric().Matches(Quoted().Replace(expression, "")).Select(static match => match.Value)
        .Select(static name => Known.Contains(name) ? name : HistogramSeries().Replace(name, ""))
        .Distinct();

    /// <summary>All metrics that the two programs tell, by the reference made from them.</summary>
    public static IReadOnlySet<string> Known { get; } =
        MetricsReference.OfOperator.Concat(MetricsReference.OfReloader).Select(static one => one.Name).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static one =>
            one is { Name: "expr", Value.ValueKind: JsonValueKind.String } ? [one.Value.GetString()!] : Expressions(one.Value)),
        _ => [],
    };

    private static YamlMappingNode Load(string path) => YamlPaths.Documents(File.ReadAllText(path)).Single();

    private static IEnumerable<YamlMappingNode> List(YamlMappingNode node, string key) => ((YamlSequenceNode)node[key]).Cast<YamlMappingNode>();

    // What these programs tell begins with one of these words; functions and labels do not.
    [GeneratedRegex(@"\b(cyrus|leader_election|reflector|workqueue|controller_runtime|rest_client|process|dotnet)_(?!service\b)[a-z_]+\b")]
    private static partial Regex Metric();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex HistogramSeries();
}
