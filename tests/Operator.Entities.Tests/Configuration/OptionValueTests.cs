using Operator.Entities.Configuration;

namespace Operator.Entities.Tests.Configuration;

public sealed class OptionValueTests
{
    [Theory]
    [InlineData(CyrusVersion.V36, "allowplaintext", "on", true)]
    [InlineData(CyrusVersion.V36, "allowplaintext", "nonsense", true)]
    [InlineData(CyrusVersion.V36, "allowplaintext", "Yes", false)]
    [InlineData(CyrusVersion.V36, "maxmessagesize", "010", true)]
    [InlineData(CyrusVersion.V36, "maxmessagesize", "09", false)]
    [InlineData(CyrusVersion.V36, "maxmessagesize", "0x1F", true)]
    [InlineData(CyrusVersion.V36, "maxmessagesize", "10M", false)]
    [InlineData(CyrusVersion.V38, "maxmessagesize", "10M", true)]
    [InlineData(CyrusVersion.V38, "maxmessagesize", "10 MiB", true)]
    [InlineData(CyrusVersion.V38, "maxmessagesize", "10iB", false)]
    [InlineData(CyrusVersion.V36, "virtdomains", "true", true)]
    [InlineData(CyrusVersion.V36, "virtdomains", "True", false)]
    [InlineData(CyrusVersion.V36, "event_groups", "message \t quota", true)]
    [InlineData(CyrusVersion.V36, "event_groups", "message jmap", false)]
    [InlineData(CyrusVersion.V38, "event_groups", "message jmap", true)]
    [InlineData(CyrusVersion.V36, "timeout", "1h30m", true)]
    [InlineData(CyrusVersion.V36, "timeout", "-", true)]
    [InlineData(CyrusVersion.V310, "timeout", "-", false)]
    [InlineData(CyrusVersion.V36, "timeout", "99999d", true)]
    [InlineData(CyrusVersion.V310, "timeout", "99999d", false)]
    [InlineData(CyrusVersion.V36, "timeout", "30 m", false)]
    [InlineData(CyrusVersion.V36, "poppollpadding", "0b1", false)]
    [InlineData(CyrusVersion.V310, "poppollpadding", "0b1", true)]
    public void Value_is_judged_as_the_server_of_that_version_does(CyrusVersion version, string option, string value, bool accepted) =>
        (OptionValue.Expected(OptionsCatalogue.For(version).Options[option], value, version) is null).ShouldBe(accepted);

    [Fact]
    public void Each_version_has_the_options_of_its_sources() =>
        CyrusVersions.All.Select(static version => OptionsCatalogue.For(version).Options.Count).ShouldBe([526, 535, 541, 556]);

    [Fact]
    public void An_error_names_what_was_expected_and_never_the_value()
    {
        var errors = ImapdConfCheck.Run(ImapdConf.Parse("imap_timeout: hunter2\n"), CyrusVersions.All, ["imap"]);

        errors.ShouldBe([new ConfigurationError(1, 15, "imap_timeout expects a duration such as 30m")]);
    }

    [Fact]
    public void A_key_that_looks_like_an_option_is_offered_its_name() =>
        ImapdConfCheck.Misspelt(ImapdConf.Parse("virtdomain: on\nsasl_mech_list: PLAIN\n"))
            .ShouldHaveSingleItem().Message.ShouldContain("'virtdomains'");
}
