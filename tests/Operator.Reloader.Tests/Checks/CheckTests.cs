using Operator.Entities.Configuration;
using Operator.Reloader.Checks;
using Operator.Reloader.Generations;

namespace Operator.Reloader.Tests.Checks;

public sealed class CheckTests
{
    [Fact]
    public void Entries_of_cyrus_conf_are_found_with_section_name_command_and_line()
    {
        var entries = CyrusConf.Parse("""
            # comment
            SERVICES {
              imap   cmd="/run/cyrus/bin/imapd -C /x/imapd.conf" listen="1143" prefork=10

              lmtp	listen="/run/lmtp" cmd=lmtpd
            }
            DAEMON {
              idled cmd="idled"
            }
            """).Entries;

        entries.Select(static entry => (entry.Section, entry.Name, entry.Command, entry.Line)).ShouldBe(
        [
            ("SERVICES", "imap", "/run/cyrus/bin/imapd -C /x/imapd.conf", 3),
            ("SERVICES", "lmtp", "lmtpd", 5),
            ("DAEMON", "idled", "idled", 8),
        ]);
        entries[0].Program.ShouldBe("/run/cyrus/bin/imapd");
    }

    [Theory]
    [InlineData("foo: bar\nfatal error: syntax error on line 3 of /x/imapd.conf\n", "syntax error on line 3 of /x/imapd.conf")]
    [InlineData("cyr_info: fatal error: no colon\n", "no colon")]
    [InlineData("", "cyr_info conf-lint ended with code 78 and no message.")]
    public void Message_of_the_checker_is_its_fatal_line(string output, string message) => ConfLint.FatalLine(output, 78).ShouldBe(message);

    [Fact]
    public void Listener_with_tls_needs_a_certificate()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("listeners.json", """[{"service":"imaps","protocol":"imap","port":1993,"tls":"implicit"}]""");

        Should.Throw<ReloadFailure>(() => GenerationCheck.ReadFacts(directory.Path, DateTimeOffset.UnixEpoch)).Reason.ShouldBe("CertificateMissing");

        directory.Write("listeners.json", "[{");
        Should.Throw<ReloadFailure>(() => GenerationCheck.ReadFacts(directory.Path, DateTimeOffset.UnixEpoch)).Reason.ShouldBe("ListenersInvalid");
    }
}
