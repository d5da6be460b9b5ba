using Operator.Metrics;

namespace Operator.Kubernetes.Tests.Telemetry;

public sealed class PrometheusTextTests
{
    [Fact]
    public void What_would_break_a_line_is_escaped()
    {
        var family = new MetricFamily("a_total", "one\\two\nthree \"four\"", MetricType.Counter, [Series(1, ("path", "C:\\x\n\"y\""))]);

        PrometheusText.Write([family], MetricsFormat.Text).ShouldBe("""
            # HELP a_total one\\two\nthree "four"
            # TYPE a_total counter
            a_total{path="C:\\x\n\"y\""} 1

            """);
    }

    [Fact]
    public void Buckets_are_cumulative_and_end_with_infinity_sum_and_count()
    {
        var series = new MetricSeries([new("name", "q")], 7.25, [(0.5, 2), (1, 0), (double.PositiveInfinity, 3)]);

        PrometheusText.Write([new MetricFamily("b_seconds", "b", MetricType.Histogram, [series])], MetricsFormat.Text).ShouldBe("""
            # HELP b_seconds b
            # TYPE b_seconds histogram
            b_seconds_bucket{name="q",le="0.5"} 2
            b_seconds_bucket{name="q",le="1"} 2
            b_seconds_bucket{name="q",le="+Inf"} 5
            b_seconds_sum{name="q"} 7.25
            b_seconds_count{name="q"} 5

            """);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(1e-8, "1E-08")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void Numbers_are_as_Go_parses_them(double value, string text)
    {
        PrometheusText.Write([new MetricFamily("g", "g", MetricType.Gauge, [Series(value)])], MetricsFormat.Text).ShouldEndWith($"\ng {text}\n");
    }

    [Fact]
    public void OpenMetrics_names_a_counter_without_total_tells_units_and_marks_the_end()
    {
        var counter = new MetricFamily("a_seconds_total", "say \"a\"", MetricType.Counter, [Series(1)]);
        var histogram = new MetricFamily("b", "b", MetricType.Histogram, [new MetricSeries([], 1, [(0.5, 0), (1, 1), (double.PositiveInfinity, 0)])]);

        PrometheusText.Write([counter, histogram], MetricsFormat.OpenMetrics).ShouldBe("""
            # HELP a_seconds say \"a\"
            # TYPE a_seconds counter
            # UNIT a_seconds seconds
            a_seconds_total 1
            # HELP b b
            # TYPE b histogram
            b_bucket{le="0.5"} 0
            b_bucket{le="1.0"} 1
            b_bucket{le="+Inf"} 1
            b_sum 1
            b_count 1
            # EOF

            """);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("*/*", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8, text/plain;q=0.5", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.5", false)]
    [InlineData("application/openmetrics-text;version=0.0.1,text/plain;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    public void Who_prefers_OpenMetrics_gets_it(string? accept, bool isOpen) =>
        MetricsFormat.For(accept).ShouldBe(isOpen ? MetricsFormat.OpenMetrics : MetricsFormat.Text);

    private static MetricSeries Series(double value, params (string Name, string Value)[] labels) =>
        new([.. labels.Select(static one => KeyValuePair.Create(one.Name, one.Value))], value);
}
