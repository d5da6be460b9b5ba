using Operator.Entities.Configuration;

namespace Operator.Entities.Tests.Configuration;

public sealed class ConfigurationChangeTests
{
    [Theory]
    [InlineData("timeout: 30m", "timeout: 1h", ChangeNeed.Reload)]
    [InlineData("syslog_prefix: a", "syslog_prefix: b", ChangeNeed.Restart)]
    [InlineData("", "imap_qosmarking: ef", ChangeNeed.Restart)]
    [InlineData("sync_host: a", "sync_host: b", ChangeNeed.Reload)]
    [InlineData("", "partition-new: /b", ChangeNeed.Reload)]
    [InlineData("", "sievedir: /b", ChangeNeed.Reload)]
    [InlineData("sievedir: /a", "sievedir: /b", ChangeNeed.Convert)]
    [InlineData("unixhierarchysep: yes", "", ChangeNeed.Convert)]
    [InlineData("partition-default: /a", "partition-default: /b", ChangeNeed.Convert)]
    [InlineData("sasl_mech_list: PLAIN", "sasl_mech_list: LOGIN", ChangeNeed.Reload)]
    public void A_changed_option_tells_what_it_needs(string old, string updated, ChangeNeed need)
    {
        var change = ConfigurationChange.Between(ImapdConf.Parse("a: 1\n" + old), ImapdConf.Parse("a: 1\n" + updated), ["imap"]).ShouldHaveSingleItem();

        (change.Line, change.Needs).ShouldBe((2, need));
    }

    [Fact]
    public void Another_order_and_other_white_space_are_no_change() =>
        ConfigurationChange.Between(ImapdConf.Parse("a: 1\nb: 2"), ImapdConf.Parse("# c\nB:2\nA:  1 "), []).ShouldBeEmpty();
}
