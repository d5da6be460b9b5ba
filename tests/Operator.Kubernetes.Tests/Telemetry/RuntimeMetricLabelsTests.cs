using Operator.Kubernetes.Telemetry;
using Operator.Metrics;

namespace Operator.Kubernetes.Tests.Telemetry;

public sealed class RuntimeMetricLabelsTests
{
    [Fact]
    public void Every_series_has_the_labels_that_are_written_down_and_every_metric_is_there()
    {
        using var metrics = new RuntimeMetrics();
        using var exporter = new PrometheusExporter(metrics.Owns);
        metrics.Observe(
            static () => [new QueueReading("c", true, 1, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)],
            static () => [new InformerReading("pods", true, 1, 1, 1, 0, 0, TimeSpan.Zero)]);
        metrics.Requested("GET", "host:443", "200", TimeSpan.Zero);
        metrics.Leads("lease", true);
        var controller = new ControllerMetrics(metrics, "c");
        controller.Started(4);
        controller.Begins();
        controller.Ends(ControllerMetrics.Success, TimeSpan.Zero);
        var queue = new QueueMetrics(metrics, "c");
        queue.Added();
        queue.Retried();
        queue.Taken(TimeSpan.Zero);
        queue.Done(TimeSpan.Zero);

        var families = exporter.Read();

        families.Select(static family => family.Name).ShouldBe(RuntimeMetricLabels.ByName.Keys, ignoreOrder: true);
        foreach (var family in families)
            family.Series.ShouldAllBe(series => series.Labels.Select(label => label.Key).SequenceEqual(RuntimeMetricLabels.ByName[family.Name]));
    }
}
