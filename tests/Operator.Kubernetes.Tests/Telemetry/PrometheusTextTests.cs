using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Tests.Telemetry;

public sealed class PrometheusTextTests
{
    [Fact]
    public void What_would_break_a_line_is_escaped()
    {
        var family = new MetricFamily("a_total", "one\\two\nthree \"four\"", "counter", [Series(1, ("path", "C:\\x\n\"y\""))]);

        PrometheusText.Write([family]).ShouldBe("""
            # HELP a_total one\\two\nthree "four"
            # TYPE a_total counter
            a_total{path="C:\\x\n\"y\""} 1

            """);
    }

    [Fact]
    public void Buckets_are_cumulative_and_end_with_infinity_sum_and_count()
    {
        var series = new MetricSeries([new("name", "q")], 7.25, [(0.5, 2), (1, 0), (double.PositiveInfinity, 3)]);

        PrometheusText.Write([new MetricFamily("b_seconds", "b", "histogram", [series])]).ShouldBe("""
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
        PrometheusText.Write([new MetricFamily("g", "g", "gauge", [Series(value)])]).ShouldEndWith($"\ng {text}\n");
    }

    private static MetricSeries Series(double value, params (string Name, string Value)[] labels) =>
        new([.. labels.Select(static one => KeyValuePair.Create(one.Name, one.Value))], value);
}
