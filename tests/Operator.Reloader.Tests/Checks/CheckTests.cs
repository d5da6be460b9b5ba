using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Entities.Tls;
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
    [InlineData("a: 1\ntimeout: hunter2\n", "", "imapd.conf line 2, column 10: timeout expects a duration such as 30m")]
    [InlineData("maxmessagesize: 10M\n", "", "imapd.conf line 1, column 17: maxmessagesize expects a whole number")]
    [InlineData("imap_allowplaintext: Yes\n", "imap cmd=\"imapd\" listen=\"1143\"", "imapd.conf line 1, column 22: ")]
    [InlineData("", "imap-x cmd=\"imapd\" listen=\"1143\"", "cyrus.conf line 2, column 5: bad character in the name")]
    [InlineData("", "imap cmd=\"imapd\"", "cyrus.conf line 2, column 1: SERVICES entry 'imap' has no listen")]
    [InlineData("", "imap cmd=\"imapd\" listen=\"1143\" proto=\"TCP\"", "cyrus.conf line 2, column 32: SERVICES entry 'imap' has an unknown proto")]
    public void Configuration_is_refused_with_file_line_and_column(string imapdConf, string service, string message)
    {
        var failure = Should.Throw<ReloadFailure>(
            () => GenerationCheck.ReadConfiguration(imapdConf, $"SERVICES {{\n{service}\n}}\n", [CyrusVersion.V36]));

        failure.Reason.ShouldBe("ConfigurationInvalid");
        failure.Message.ShouldStartWith(message);
    }

    [Fact]
    public void A_size_with_a_unit_is_refused_only_where_the_server_refuses_it() =>
        GenerationCheck.ReadConfiguration("configdirectory: /x\nmaxmessagesize: 10M\n", "SERVICES {\n}\n", [CyrusVersion.V310]).ShouldBeEmpty();

    [Theory]
    [InlineData("cyrus-imapd 3.6.1-Debian-3.6.1-4+deb12u5\n", CyrusVersion.V36)]
    [InlineData("cyrus-imapd 3.10.2-Debian-3.10.2-1+deb13u2\n", CyrusVersion.V310)]
    public void Version_of_the_server_is_read_from_what_the_master_prints(string printed, CyrusVersion version) =>
        ServerVersion.Read(printed).ShouldBe([version]);

    [Fact]
    public async Task A_server_that_does_not_tell_its_version_is_judged_by_all_known_ones() =>
        (await new ServerVersion("/nonexistent/master", TimeProvider.System).FindAsync(TestContext.Current.CancellationToken)).ShouldBe(CyrusVersions.All);

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

        Should.Throw<ReloadFailure>(() => GenerationFacts.Read(directory.Path, CertificateDemands.None)).Reason.ShouldBe("CertificateMissing");

        directory.Write("listeners.json", "[{");
        Should.Throw<ReloadFailure>(() => GenerationFacts.Read(directory.Path, CertificateDemands.None)).Reason.ShouldBe("ListenersInvalid");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("tls_versions: tls1_2 tls1_3", "")]
    [InlineData("tls_versions: tls1_3", "imap imaps")]
    [InlineData("tls_versions: tls1_3\nimaps_tls_versions: tls1_2", "imap")]
    [InlineData("imaps_tls_versions: tls1_3", "imaps")]
    public void Services_without_TLS_1_2_are_those_that_imapd_conf_says(string text, string services)
    {
        var listeners = ((string[])["imap", "imaps"]).Select(static name => new Listener(name, MailProtocol.Imap, 1, TlsMode.StartTls));

        GenerationFacts.FindWithout12(ImapdConf.Parse(text), listeners).ShouldBe(services.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
    }
}
