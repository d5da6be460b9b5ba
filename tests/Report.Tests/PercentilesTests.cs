namespace Report.Tests;

public sealed class PercentilesTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 50)]
    [InlineData(90, 90)]
    [InlineData(99, 99)]
    [InlineData(100, 100)]
    public void Of_a_hundred_values_each_percent_is_one_of_them(double percent, double expected) =>
        new Percentiles(Enumerable.Range(1, 100).Reverse().Select(static number => (double)number)).At(percent).ShouldBe(expected);

    [Fact]
    public void Of_few_values_the_99th_percentile_is_the_largest() => new Percentiles([3, 1, 2]).At(99).ShouldBe(3);

    [Fact]
    public void The_median_of_an_even_number_is_a_value_that_was_measured() => new Percentiles([4, 1, 3, 2]).Median.ShouldBe(2);

    [Fact]
    public void One_value_is_every_percentile()
    {
        var one = new Percentiles([7]);

        (one.At(1), one.Median, one.At(99), one.Max, one.Count).ShouldBe((7, 7, 7, 7, 1));
    }

    [Fact]
    public void What_never_came_is_longer_than_all_that_did() => new Percentiles([1, double.PositiveInfinity]).Max.ShouldBe(double.PositiveInfinity);

    [Fact]
    public void There_is_none_of_nothing() => Should.Throw<ArgumentException>(static () => new Percentiles([]));
}
