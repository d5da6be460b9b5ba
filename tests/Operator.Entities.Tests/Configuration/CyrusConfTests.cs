using Operator.Entities.Configuration;

namespace Operator.Entities.Tests.Configuration;

public sealed class CyrusConfTests
{
    [Theory]
    [InlineData("imap-x cmd=imapd listen=1", 2, 5)]
    [InlineData("imap cmd=\"imapd listen=1", 2, 10)]
    [InlineData("imap cmd=\"imapd # x\" listen=1", 2, 10)]
    [InlineData("imap cmd imapd", 2, 9)]
    [InlineData("imap cmd=imapd listen=1 }", 2, 25)]
    public void What_kills_the_master_has_line_and_column(string entry, int line, int column)
    {
        var problem = CyrusConf.Parse($"SERVICES {{\n{entry}\n}}\n").Problems.ShouldHaveSingleItem();

        (problem.AtStart, problem.AtReload, problem.Line, problem.Column)
            .ShouldBe((CyrusConfSeverity.MasterDies, CyrusConfSeverity.MasterDies, line, column));
    }

    [Theory]
    [InlineData("imap listen=1")]
    [InlineData("imap cmd=imapd")]
    public void A_service_without_cmd_or_listen_is_fatal_at_start_and_switched_off_at_reload(string entry)
    {
        var problem = CyrusConf.Parse($"SERVICES {{\n{entry}\n}}\n").Problems.ShouldHaveSingleItem();

        (problem.AtStart, problem.AtReload).ShouldBe((CyrusConfSeverity.MasterDies, CyrusConfSeverity.EntryIgnored));
    }

    [Theory]
    [InlineData("START { x cmd=y }\n")]
    [InlineData("START\n{\nx cmd=y\n}\n")]
    [InlineData("start {\nx cmd=y\n}\n")]
    public void A_section_in_another_shape_is_passed_over(string text) => CyrusConf.Parse(text).Entries.ShouldBeEmpty();

    [Fact]
    public void A_second_section_of_the_same_name_is_passed_over() =>
        CyrusConf.Parse("SERVICES {\na cmd=x listen=1\n}\nSERVICES {\nb cmd=x listen=2\n}\n").Entries.ShouldHaveSingleItem().Name.ShouldBe("a");

    [Theory]
    [InlineData("SERVICES {\na cmd=x listen=1\n}\n# end\n\n", 0)]
    [InlineData("SERVICES {\na cmd=x listen=1\n", 0)]
    [InlineData("START { x cmd=y }\n", 1)]
    [InlineData("SERVICES {\na cmd=x listen=1\n}\nSERVICES {\nb cmd=x listen=2\n}\n", 4)]
    [InlineData("SERVICE {\na cmd=x listen=1\n}\n", 1)]
    [InlineData("EVENTS {\n}\n garbage\nDAEMON {\n}\n", 3)]
    public void Lines_that_the_master_passes_over_are_known(string text, int first) =>
        (CyrusConf.Parse(text).PassedOver.FirstOrDefault()?.Line ?? 0).ShouldBe(first);

    [Fact]
    public void Sixty_five_arguments_are_too_many()
    {
        var arguments = string.Concat(Enumerable.Repeat(" a=1", 63));

        CyrusConf.Parse($"EVENTS {{\nx cmd=y{arguments}\n}}\n").Problems.ShouldNotContain(problem => problem.AtStart == CyrusConfSeverity.MasterDies);
        CyrusConf.Parse($"EVENTS {{\nx cmd=y{arguments} b=1\n}}\n").Problems.ShouldContain(problem => problem.AtStart == CyrusConfSeverity.MasterDies);
    }
}
