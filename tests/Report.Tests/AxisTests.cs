namespace Report.Tests;

public sealed class AxisTests
{
    [Theory]
    [InlineData(31.4, new double[] { 0, 5, 10, 15, 20, 25, 30, 35 })]
    [InlineData(100, new double[] { 0, 25, 50, 75, 100 })]
    [InlineData(0.9, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(0.3, new[] { 0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3 })]
    [InlineData(0, new[] { 0, 0.25 })]
    public void A_linear_axis_has_round_ticks_from_zero_to_at_least_the_largest_value(double largest, double[] expected) =>
        Axis.Linear(largest).Ticks.ShouldBe(expected);

    [Fact]
    public void A_linear_axis_has_never_few_and_never_many_ticks()
    {
        for (var largest = 0.001; largest < 1_000_000; largest *= 1.07)
        {
            var ticks = Axis.Linear(largest).Ticks;

            ticks.Count.ShouldBeInRange(5, 9, $"{largest}");
            ticks[^1].ShouldBeGreaterThanOrEqualTo(largest * 0.999999);
        }
    }

    [Fact]
    public void Equal_factors_are_equally_far_apart_on_a_logarithmic_axis()
    {
        var axis = Axis.Logarithmic([1000, 10, 100, 10]);

        axis.Ticks.ShouldBe([10, 100, 1000]);
        axis.At(10).ShouldBe(0);
        axis.At(100).ShouldBe(0.5, 1e-9);
        axis.At(1000).ShouldBe(1);
    }

    [Fact]
    public void A_logarithmic_axis_needs_two_values_above_zero()
    {
        Should.Throw<ArgumentException>(static () => Axis.Logarithmic([10, 10]));
        Should.Throw<ArgumentException>(static () => Axis.Logarithmic([0, 10]));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.25, "0.25")]
    [InlineData(1000, "1,000")]
    [InlineData(10_000, "10k")]
    [InlineData(12_500, "12,500")]
    public void Ticks_are_written_shortly(double tick, string expected) => Axis.Label(tick).ShouldBe(expected);
}
