using System.Text;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Tests.Generations;

public sealed class IpVersionsTests
{
    private const string Loopback = "00000000000000000000000000000001 01 80 10 80       lo\n";
    private const string Link = "fe80000000000000d0f2e2fffeb65957 02 40 20 80     eth0\n";
    private const string Private = "fd000000000000000000000000000002 02 40 00 82     eth0\n";

    [Theory]
    [InlineData("", false)]
    [InlineData(Loopback, false)]
    [InlineData(Loopback + Link, false)]
    [InlineData(Loopback + Link + Private, true)]
    public void Only_an_address_that_others_can_reach_counts(string table, bool expected) => IpVersions.HasGlobal(table).ShouldBe(expected);

    [Theory]
    [InlineData("imap cmd=imapd listen=143", "imap proto=tcp4 cmd=imapd listen=143")]
    [InlineData("\timap  listen=\"imap\" # é", "\timap proto=tcp4  listen=\"imap\" # é")]
    [InlineData("imap cmd=imapd listen=143 proto=tcp", "imap cmd=imapd listen=143 proto=tcp")]
    [InlineData("imap cmd=imapd listen=[::]:143", "imap cmd=imapd listen=[::]:143")]
    [InlineData("lmtp cmd=lmtpd listen=/run/lmtp", "lmtp cmd=lmtpd listen=/run/lmtp")]
    [InlineData("# imap cmd=imapd listen=143", "# imap cmd=imapd listen=143")]
    public void A_service_that_says_nothing_else_is_opened_for_version_4(string line, string expected) =>
        Only(Conf(line)).ShouldBe(Conf(expected));

    [Fact]
    public void Other_sections_and_lines_too_long_for_the_master_stay_as_they_are()
    {
        const string Events = "EVENTS {\n  check cmd=ctl_cyrusdb listen=143\n}\n";
        Only(Events).ShouldBe(Events);

        var tooLong = Conf("imap cmd=imapd listen=143" + new string(' ', 5000));
        Only(tooLong).ShouldBe(tooLong);
    }

    private static string Conf(string line) => $"START {{\n}}\nSERVICES {{\n{line}\n}}\n";

    private static string Only(string text) => Encoding.UTF8.GetString(IpVersions.OnlyVersion4(Encoding.UTF8.GetBytes(text)));
}
