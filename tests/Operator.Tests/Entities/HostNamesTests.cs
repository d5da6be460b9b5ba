using Operator.Entities.Tls;

namespace Operator.Tests.Entities;

public sealed class HostNamesTests
{
    [Theory]
    [InlineData("imap.example.org", "imap.example.org", true)]
    [InlineData("IMAP.Example.org", "imap.example.ORG.", true)]
    [InlineData("imap.example.org", "pop.example.org", false)]
    [InlineData("*.example.org", "imap.example.org", true)]
    [InlineData("*.EXAMPLE.org.", "imap.example.org", true)]
    [InlineData("*.example.org", "example.org", false)]
    [InlineData("*.example.org", "a.imap.example.org", false)]
    [InlineData("*.example.org", ".example.org", false)]
    [InlineData("*.example.org", "imap.example.com", false)]
    [InlineData("*.org", "example.org", false)]
    [InlineData("*", "localhost", false)]
    [InlineData("*.*.org", "imap.example.org", false)]
    [InlineData("im*.example.org", "imap.example.org", false)]
    [InlineData("imap.*.org", "imap.example.org", false)]
    [InlineData("*.example.org", "*.example.org", true)]
    [InlineData("imap.example.org", "*.example.org", false)]
    [InlineData("*.example.org", "*.sub.example.org", false)]
    public void Name_is_covered_by_the_rules_of_clients(string presented, string wanted, bool covers) =>
        HostNames.Covers(presented, wanted).ShouldBe(covers);

    [Theory]
    [InlineData("imap.example.org", true)]
    [InlineData("*.example.org", true)]
    [InlineData("localhost", true)]
    [InlineData("xn--e1afmkfd.example.", true)]
    [InlineData("", false)]
    [InlineData("imap..example.org", false)]
    [InlineData("imap.*.org", false)]
    [InlineData("im ap.example.org", false)]
    [InlineData("-imap.example.org", false)]
    [InlineData("imap.example.org\n", false)]
    [InlineData("https://imap.example.org", false)]
    public void Name_is_told_from_what_is_none(string text, bool isName) => HostNames.IsName(text).ShouldBe(isName);

    [Fact]
    public void First_name_that_nothing_covers_is_found()
    {
        HostNames.FirstUncovered(["a.example.org", "b.test", "c.test"], ["*.example.org", "c.test"]).ShouldBe("b.test");
        HostNames.FirstUncovered(["a.example.org"], ["*.example.org"]).ShouldBeNull();
        HostNames.FirstUncovered([], []).ShouldBeNull();
    }
}
