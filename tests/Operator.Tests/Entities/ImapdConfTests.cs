using Operator.Entities.Configuration;

namespace Operator.Tests.Entities;

public sealed class ImapdConfTests
{
    [Fact]
    public void Options_are_read_with_folded_keys_trimmed_values_and_their_lines()
    {
        var conf = ImapdConf.Parse("# comment\n\n  Admins:  cyrus  \nsasl_mech_list: PLAIN # not a comment\n");

        conf.Errors.ShouldBeEmpty();
        conf.Options.ShouldBe([new("admins", "cyrus", 3, 12), new("sasl_mech_list", "PLAIN # not a comment", 4, 17)]);
    }

    [Fact]
    public void A_backslash_at_the_end_joins_lines_and_the_last_line_counts()
    {
        var conf = ImapdConf.Parse("admins: a \\\n  b\nservername: x");

        conf.Options.ShouldBe([new("admins", "a   b", 2, 9), new("servername", "x", 3, 13)]);
    }

    [Theory]
    [InlineData("admins cyrus", "directly followed by ':'")]
    [InlineData("admins : cyrus", "directly followed by ':'")]
    [InlineData(": cyrus", "directly followed by ':'")]
    [InlineData("adm!ns: cyrus", "directly followed by ':'")]
    [InlineData("admins:", "'admins' has no value")]
    [InlineData("admins:  \t", "'admins' has no value")]
    [InlineData("@include: /etc/x", "@include")]
    public void A_line_that_is_fatal_to_a_worker_is_an_error_with_its_line(string line, string message)
    {
        var conf = ImapdConf.Parse("servername: x\n" + line + "\n");

        var error = conf.Errors.ShouldHaveSingleItem();
        error.Line.ShouldBe(2);
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void An_option_given_twice_is_an_error_that_names_both_lines()
    {
        var conf = ImapdConf.Parse("admins: a\nAdmins: b");

        conf.Errors.ShouldBe([new(2, 1, "option 'admins' is given twice (first on line 1)")]);
    }

    [Fact]
    public void An_error_never_repeats_a_value() =>
        ImapdConf.Parse("password hunter2").Errors.ShouldHaveSingleItem().Message.ShouldNotContain("hunter2");
}
