using System.Text;
using Operator.Entities.Configuration;
using Operator.Entities.Contract;
using Operator.Servers.Rendering;
using Operator.Testing;

namespace Operator.Tests.Servers;

public sealed class CyrusConfTextTests
{
    private const string Good = """
        # Ours since 2009.
        START {
          recover   cmd="ctl_cyrusdb -r"   # first
        }

        SERVICES {
          imap      cmd="imapd  -U 30" listen="1143" prefork=5
          imaps     prefork=5 cmd="imapd -sN" listen=1993
          pop3      cmd=pop3d listen="1110" proto=tcp4
          lmtpunix  cmd="lmtpd -a" listen="/run/cyrus/socket/lmtp"
          lmtp      cmd="lmtpd" listen="2003"
          sieve     cmd="/usr/lib/cyrus/bin/timsieved" listen="4190" proto="tcp"
          https     cmd="httpd -s" listen="8443"
          http      cmd="httpd" listen="8080"
          csync     cmd="sync_server -v" listen="2005"
          notify    cmd="notifyd" listen="/run/cyrus/socket/notify" proto="udp"
        }

        DAEMON {
          idled  cmd="idled"
        }

        EVENTS {
          checkpoint  cmd="ctl_cyrusdb -c" period=30
          report      cmd="our-own-report now" at=0400
        }
        """;

    [Fact]
    public void Only_the_commands_are_changed_and_the_lines_keep_their_numbers()
    {
        var text = CyrusConfText.Render(Good);

        text.ShouldBe(Golden.Expected("tests/Operator.Tests/Servers/Golden/cyrus-conf.txt", text));
        var (before, after) = (CyrusConf.Parse(Good), CyrusConf.Parse(text));
        after.Problems.ShouldBeEmpty();
        after.Entries.Select(static entry => (entry.Section, entry.Name, entry.Line, entry.Find("listen")?.Value))
            .ShouldBe(before.Entries.Select(static entry => (entry.Section, entry.Name, entry.Line, entry.Find("listen")?.Value)));
    }

    [Fact]
    public void Listeners_are_read_from_the_programs_and_their_options()
    {
        var listeners = CyrusConfText.Read(Good, hasTls: true);

        listeners.Problem.ShouldBeNull();
        listeners.Listeners.ShouldBe(
        [
            new("imap", MailProtocol.Imap, 1143, TlsMode.StartTls),
            new("imaps", MailProtocol.Imap, 1993, TlsMode.Implicit),
            new("pop3", MailProtocol.Pop3, 1110, TlsMode.StartTls),
            new("lmtpunix", MailProtocol.Lmtp, 0, TlsMode.None) { Path = "/run/cyrus/socket/lmtp" },
            new("lmtp", MailProtocol.Lmtp, 2003, TlsMode.StartTls),
            new("sieve", MailProtocol.Sieve, 4190, TlsMode.StartTls),
            new("https", MailProtocol.Http, 8443, TlsMode.Implicit),
            new("http", MailProtocol.Http, 8080, TlsMode.None),
        ]);
        listeners.Services.ShouldContain("csync");
    }

    [Fact]
    public void Without_a_certificate_no_listener_offers_TLS() =>
        CyrusConfText.Read("SERVICES {\nimap cmd=imapd listen=1143\n}", hasTls: false).Listeners.ShouldHaveSingleItem().Tls.ShouldBe(TlsMode.None);

    public static TheoryData<string, string> BadServices => new()
    {
        { "imap cmd=\"imapd -s\"", "line 2, column 1: SERVICES entry 'imap' has no listen" },
        { "imap cmd=\"imapd listen=1143", "line 2, column 10: expected a closing '\"'" },
        { "my-imap cmd=imapd listen=1143", "line 2, column 3: bad character in the name" },
        { "imap cmd=imapd listen=1143 proto=carrierpigeon", "line 2, column 28: SERVICES entry 'imap' has an unknown proto" },
        { "imap cmd=imapd listen=imap", "line 2, column 16: SERVICES entry 'imap': names of ports are not supported" },
        { "imap cmd=imapd listen=143", "line 2, column 16: SERVICES entry 'imap': expected a port from 1024 to 65535" },
        { "imap cmd=imapd listen=01143", "line 2, column 16: SERVICES entry 'imap': expected a port from 1024 to 65535" },
        { "imap cmd=imapd listen=70000", "line 2, column 16: SERVICES entry 'imap': expected a port from 1024 to 65535" },
        { "imap cmd=imapd listen=99999999999", "line 2, column 16: SERVICES entry 'imap': expected a port from 1024 to 65535" },
        { "imap cmd=imapd listen=127.0.0.1:1143", "line 2, column 16: SERVICES entry 'imap': a host is not supported" },
        { "imap cmd=imapd listen=[::1]:1143", "line 2, column 16: SERVICES entry 'imap': a host is not supported" },
        { "imap cmd=imapd listen=9180", "line 2, column 16: SERVICES entry 'imap': 9180 is taken already by the sidecar" },
        { "imap cmd=imapd listen=1143\nimap2 cmd=imapd listen=1143", "line 3, column 17: SERVICES entry 'imap2': 1143 is taken already by imap" },
        { "csync cmd=sync_server listen=csync", "line 2, column 23: SERVICES entry 'csync': names of ports are not supported" },
        { "lmtp cmd=lmtpd listen=/etc/lmtp", "line 2, column 16: SERVICES entry 'lmtp': expected a socket below /run/cyrus/" },
        { "lmtp cmd=lmtpd listen=/tmp/../etc/lmtp", "line 2, column 16: SERVICES entry 'lmtp': expected a socket below /run/cyrus/" },
        { "imap cmd=imapd listen=1143 proto=tcp6", "line 2, column 28: SERVICES entry 'imap': proto tcp6 is none" },
        { "imap cmd=imapd listen=1143 proto=udp", "line 2, column 28: SERVICES entry 'imap': proto udp is none" },
        { "IMAP cmd=imapd listen=1143", "line 2, column 16: SERVICES entry 'IMAP': its name is that of a port" },
        { "imap cmd=\"imapd -C /etc/imapd.conf\" listen=1143", "line 2, column 6: SERVICES entry 'imap': -C is added by the operator; remove it" },
        { "imap cmd=\"imapd -sC/etc/imapd.conf\" listen=1143", "line 2, column 6: SERVICES entry 'imap': -C is added" },
        { "imap cmd=\"imapd -M /etc/cyrus.conf\" listen=1143", "line 2, column 6: SERVICES entry 'imap': -M would name another" },
        { "imap cmd=\"/usr/bin/imapd\" listen=1143", "line 2, column 6: SERVICES entry 'imap': the program must be one of /usr/lib/cyrus/bin" },
        { "imap cmd=\"../imapd\" listen=1143", "line 2, column 6: SERVICES entry 'imap': the program must be one of" },
        { "imap cmd=\"ima;pd\" listen=1143", "line 2, column 6: SERVICES entry 'imap': the program's name may have" },
        { "imap cmd=\"imapd\u00a0-s\" listen=1143", "line 2, column 6: SERVICES entry 'imap': cmd may have characters of ASCII only" },
        { "lmtp cmd=\"imapd -s\" listen=/run/cyrus/socket/x", "line 2, column 6: SERVICES entry 'lmtp': -s: TLS on a unix socket" },
        { "csync cmd=sync_server listen=2005", "spec.cyrusConf has no service of imapd, pop3d, lmtpd, timsieved, httpd on a port" },
        { "imap cmd=imapd listen=1143 \0", "line 2, column 28: control character U+0000; expected plain text" },
        { "imap cmd=imapd listen=1143 \r x=y", "line 2, column 28: control character U+000D" },
    };

    [Theory]
    [MemberData(nameof(BadServices))]
    public void What_cannot_be_served_is_refused_with_line_and_column(string services, string message)
    {
        var problem = CyrusConfText.Read($"SERVICES {{\n{services}\n}}\n", hasTls: true).Problem!;

        problem.Reason.ShouldBe("CyrusConfInvalid");
        problem.Message.ShouldContain(message);
        problem.Message.ShouldStartWith("spec.cyrusConf ");
    }

    [Theory]
    [InlineData("START { recover cmd=ctl_cyrusdb }\n", "spec.cyrusConf line 4, column 1: the master passes over this line")]
    [InlineData("SERVICES {\nimaps cmd=imapd listen=1993\n}\n", "spec.cyrusConf line 4, column 1: the master passes over this line")]
    [InlineData("DAEMONS {\nidled cmd=idled\n}\n", "spec.cyrusConf line 4, column 1: the master passes over this line")]
    [InlineData("DAEMON {\nidled command=idled\n}\n", "spec.cyrusConf line 5, column 1: DAEMON entry 'idled' has no cmd")]
    [InlineData("EVENTS {\nclean cmd=\"/bin/sh -c x\" at=0400\n}\n", "spec.cyrusConf line 5, column 7: EVENTS entry 'clean': the program must be one of")]
    [InlineData("EVENTS {\nclean cmd=\"cyr_expire -C /etc/imapd.conf -E 3\" at=0400\n}\n", "spec.cyrusConf line 5, column 7: EVENTS entry 'clean': -C is added")]
    public void What_the_master_would_pass_over_is_refused(string more, string message) =>
        CyrusConfText.Read("SERVICES {\nimap cmd=imapd listen=1143\n}\n" + more, hasTls: true).Problem!.Message.ShouldStartWith(message);

    [Fact]
    public void Implicit_TLS_without_a_certificate_is_refused() =>
        CyrusConfText.Read("SERVICES {\nimaps cmd=\"imapd -s\" listen=1993\n}", hasTls: false).Problem!.Message
            .ShouldBe("spec.cyrusConf line 2, column 7: SERVICES entry 'imaps': -s: TLS needs a certificate, but spec.tls is not given");

    [Theory]
    [InlineData(4094, 1)]
    [InlineData(4040, 2)] // with the directory and -C it becomes too long
    public void Line_that_the_master_would_cut_is_refused(int length, int line)
    {
        var entry = "imap cmd=imapd listen=1143 x=";
        var text = line == 1
            ? $"#{new string('x', length)}\nSERVICES {{\n{entry}1\n}}\n"
            : $"SERVICES {{\n{entry}{new string('x', length - entry.Length)}\n}}\n";

        CyrusConfText.Read(text, hasTls: true).Problem!.Message.ShouldStartWith($"spec.cyrusConf line {line}, column 1: the line is too long");
    }

    [Fact]
    public void Lines_that_end_with_carriage_return_are_read_as_the_master_reads_them()
    {
        var text = Good.Replace("\n", "\r\n", StringComparison.Ordinal);

        CyrusConfText.Read(text, hasTls: true).Problem.ShouldBeNull();
        CyrusConfText.Read(text, hasTls: true).Listeners.ShouldBe(CyrusConfText.Read(Good, hasTls: true).Listeners);
        CyrusConfText.Render(text).ShouldBe(CyrusConfText.Render(Good).Replace("\n", "\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Text_takes_the_place_of_services_in_the_bundle()
    {
        var server = Make.Server(static spec => spec with { CyrusConf = Good });

        var files = BundleRenderer.Render(server, Make.Inputs(), Make.Now).Bundle!.Files;

        Encoding.UTF8.GetString(files["cyrus.conf"]).ShouldBe(CyrusConfText.Render(Good));
        Encoding.UTF8.GetString(files["listeners.json"]).ShouldContain("\"service\":\"lmtpunix\",\"protocol\":\"lmtp\",\"port\":0,\"tls\":\"none\"");
        Encoding.UTF8.GetString(files["imapd.conf"]).ShouldContain("imap_allowstarttls: yes\npop3_allowstarttls: yes\nlmtpunix_tls_server_cert: disabled\n");
        SpecRules.Check(server with { Spec = server.Spec with { Services = ServiceRules.Of(server) } })
            .ShouldBe(new("ServicesInvalid", "spec: services and cyrusConf exclude each other"));
    }
}
