namespace Report.Tests;

public sealed class TextTests
{
    [Fact]
    public void A_table_has_its_figures_on_the_right_and_no_cell_breaks_it()
    {
        var table = new MarkdownTable("workers", "RSS");
        table.Add("10 | a\nline", "30 MB");

        table.ToString().ShouldBe("| workers | RSS |\n| --- | ---: |\n| 10 \\| a line | 30 MB |\n");
    }

    [Fact]
    public void A_row_has_a_cell_for_each_column() => Should.Throw<ArgumentException>(static () => new MarkdownTable("a", "b").Add("1"));

    [Theory]
    [InlineData(12345.6, "12,346 MB")]
    [InlineData(31.44, "31.4 MB")]
    [InlineData(1.236, "1.24 MB")]
    [InlineData(0.01234, "0.012 MB")]
    [InlineData(0.0, "0 MB")]
    [InlineData(double.PositiveInfinity, "never")]
    [InlineData(double.NaN, "–")]
    public void Figures_have_three_digits_that_count(double value, string expected) => Figures.Show(value, "MB").ShouldBe(expected);

    [Fact]
    public void A_goal_is_met_or_missed()
    {
        Figures.ShowAgainst(8, 8, "MB").ShouldBe("8 MB (met: 8 MB)");
        Figures.ShowAgainst(8.1, 8, "MB").ShouldBe("8.1 MB (missed: 8 MB)");
    }
}
