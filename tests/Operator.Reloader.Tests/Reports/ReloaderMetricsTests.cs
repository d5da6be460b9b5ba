using Operator.Entities.Contract;
using Operator.Metrics;
using Operator.Reloader.Reports;
using Operator.Testing;
using Operator.Testing.Monitoring;

namespace Operator.Reloader.Tests.Reports;

public sealed class ReloaderMetricsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_metrics_of_a_report_are_as_committed()
    {
        var text = PrometheusText.Write(All(), MetricsFormat.Text);

        text.ShouldBe(Golden.Expected("tests/Operator.Reloader.Tests/Reports/Golden/metrics.txt", text));
        text.ShouldNotContain("wonderland");
    }

    [Fact]
    public void In_OpenMetrics_they_are_as_committed()
    {
        var text = PrometheusText.Write(All(), MetricsFormat.OpenMetrics);

        text.ShouldBe(Golden.Expected("tests/Operator.Reloader.Tests/Reports/Golden/openmetrics.txt", text));
    }

    [Fact]
    public void Every_series_has_the_labels_that_are_written_down_and_every_metric_is_there()
    {
        var families = All();

        families.Select(static family => family.Name).ShouldBe(ReloaderMetrics.Definitions.Select(static one => one.Name));
        foreach (var (family, definition) in families.Zip(ReloaderMetrics.Definitions))
        {
            family.Series.ShouldNotBeEmpty(family.Name);
            family.Series.ShouldAllBe(series => series.Labels.Select(label => label.Key).SequenceEqual(definition.Labels));
        }
    }

    [Fact]
    [Trait("needs", "prometheus")]
    public async Task Promtool_has_nothing_to_say_about_them()
    {
        var text = PrometheusText.Write([.. All(), .. ProcessMetrics.Read()], MetricsFormat.Text);

        (await Promtool.RunAsync(text, Stop, "check", "metrics")).ShouldBe((0, ""));
    }

    private static IReadOnlyList<MetricFamily> All()
    {
        var report = new ReloadReport
        {
            Instance = "i",
            Revision = 9,
            Phase = ReloadPhase.AwaitingQuiet,
            Desired = new string('d', 64),
            Active = "short",
            Message = "user alice, password wonderland",
            AtRisk = 5,
            Disconnected = new DisconnectedSessions(6, 1),
            PendingRestart = ["debug"],
            Saturated = [new SaturatedService("pop3", 20, 7)],
            PhaseSeconds = new Dictionary<string, double> { ["Proving"] = 0.25, ["AwaitingQuiet"] = 12 },
            Certificates = [Certificate("imaps", 2), Certificate("imaps", 1), Certificate("a\"b\\c\nd", 3)],
        };
        var measures = new ReloadMeasures();
        measures.Outcomes.Count(ReloadOutcome.Served);
        measures.Outcomes.Count(ReloadOutcome.Served);
        measures.Outcomes.Count(ReloadOutcome.Refused);
        measures.Failed("CheckFailed");
        measures.Phases.Record("proving", 0.25);
        measures.Phases.Record("proving", 2);
        measures.NoteMaster(true);
        measures.NoteWorkers([new ServiceWorkers("imap", new WorkerCounts { Fresh = 10, Stale = 1, Draining = 2, Starting = 3, Sessions = 4 })]);
        measures.NoteMaxChild(new Dictionary<string, int> { ["pop3"] = 20 });
        // The versions of the build and of .NET are not this test's.
        return [.. ReloaderMetrics.Read(report, DateTimeOffset.UnixEpoch.AddDays(9), measures, new BuildInfo("1.2.3", "abcdef")).Select(WithoutDotnet)];
    }

    private static MetricFamily WithoutDotnet(MetricFamily family) => family with
    {
        Series = [.. family.Series.Select(static one => one with { Labels = [.. one.Labels.Select(static label => label.Key == "dotnet" ? new(label.Key, "N") : label)] })],
    };

    private static ServedCertificate Certificate(string service, int days) => new()
    {
        Service = service,
        Port = 993,
        Sha256 = "ab",
        Subject = "CN=mail",
        NotAfter = DateTimeOffset.UnixEpoch.AddDays(days),
    };
}
