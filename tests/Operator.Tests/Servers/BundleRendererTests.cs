using System.Text;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Children;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;
using Operator.Testing;

namespace Operator.Tests.Servers;

public sealed class BundleRendererTests
{
    [Fact]
    public void The_same_inputs_give_the_same_digest_and_a_new_certificate_another()
    {
        var one = Render(Make.Server()).Bundle!;
        var two = Render(Make.Server()).Bundle!;
        var admins = Render(Make.Server(static spec => spec with { ImapdConf = "admins: carol\n" })).Bundle!;

        two.Digest.ShouldBe(one.Digest);
        admins.Digest.ShouldNotBe(one.Digest);
    }

    [Fact]
    public void The_rendered_files_are_as_committed()
    {
        var server = Make.Server(static spec => spec with
        {
            Services =
            [
                new() { Name = "imap", Protocol = MailProtocol.Imap, Port = 1143, Tls = TlsMode.StartTls, Prefork = 10 },
                new() { Name = "imaps", Protocol = MailProtocol.Imap, Port = 1993, Tls = TlsMode.Implicit, Prefork = 10, MaxChild = 200 },
                new() { Name = "pop3", Protocol = MailProtocol.Pop3, Port = 1110 },
                new() { Name = "lmtp", Protocol = MailProtocol.Lmtp, Port = 2003, Tls = TlsMode.StartTls },
                new() { Name = "sieve", Protocol = MailProtocol.Sieve, Port = 4190, Tls = TlsMode.StartTls },
                new() { Name = "http", Protocol = MailProtocol.Http, Port = 8080 },
                new() { Name = "https", Protocol = MailProtocol.Http, Port = 8443, Tls = TlsMode.Implicit },
            ],
        });

        var files = Render(server).Bundle!.Files;
        var text = string.Concat(((string[])["imapd.conf", "cyrus.conf", "listeners.json"])
            .Select(name => $"--- {name}\n{Encoding.UTF8.GetString(files[name]).TrimEnd('\n')}\n"));

        text.ShouldBe(Golden.Expected("tests/Operator.Tests/Servers/Golden/bundle.txt", text));
    }

    [Fact]
    public void Sieve_scripts_are_on_a_volume_unless_the_user_has_another_place()
    {
        ConfOf("admins: cyrus\n").ShouldContain("\nsievedir: /var/lib/cyrus/sieve\n");

        var own = ConfOf("SieveDir: /var/spool/cyrus/scripts\n");
        own.ShouldContain("SieveDir: /var/spool/cyrus/scripts\n");
        own.ShouldNotContain("sievedir:", Case.Sensitive);
    }

    [Fact]
    public void Tls_sessions_are_not_cached_unless_the_user_wants_it()
    {
        ConfOf("admins: cyrus\n").ShouldContain("\ntls_session_timeout: 0\n");
        ConfOf("tls_session_timeout: 1h\n").ShouldNotContain("tls_session_timeout: 0");
    }

    private static string ConfOf(string conf) =>
        Encoding.UTF8.GetString(Render(Make.Server(spec => spec with { ImapdConf = conf })).Bundle!.Files["imapd.conf"]);

    public static TheoryData<string, string> BadConf => new()
    {
        { "admins cyrus", "spec.imapdConf line 1, column 7: expected 'option: value'" },
        { "x: 1\nconfigdirectory: /tmp", "spec.imapdConf line 2: configdirectory is managed by the operator; remove the line" },
        { "TLS_server_key: /k", "spec.imapdConf line 1: tls_server_key is managed" },
        { "imaps_tls_server_cert: /c", "spec.imapdConf line 1: imaps_tls_server_cert is managed" },
        { "timeout: soon \\\n", "spec.imapdConf line 1, column 10: timeout expects" },
        { "a: 1 \\\r\nb: 2", "spec.imapdConf line 1, column 6: a backslash before CR LF" },
        { "a: 1\0", "spec.imapdConf line 1, column 5: control character U+0000" },
        { "a: 1\n\na: 2", "spec.imapdConf line 3, column 1: option 'a' is given twice" },
    };

    [Theory]
    [MemberData(nameof(BadConf))]
    public void A_bad_line_is_refused_with_its_number(string conf, string message)
    {
        var rendered = Render(Make.Server(spec => spec with { ImapdConf = conf }));

        rendered.Bundle.ShouldBeNull();
        rendered.Problem!.Reason.ShouldBe("ImapdConfInvalid");
        rendered.Problem.Message.ShouldStartWith(message);
    }

    public static TheoryData<string, ServiceSpec[]> BadServices => new()
    {
        { "spec.services[0] (im-ap): expected a name", [Service("im-ap", 1143)] },
        { "spec.services[1] (imap): the name is used twice", [Service("imap", 1143), Service("imap", 1144)] },
        { "spec.services[1] (b): port 1143 is taken", [Service("a", 1143), Service("b", 1143)] },
        { "spec.services[0] (a): port 9180 is taken", [Service("a", 9180)] },
        {
            "spec.services[0] (sieve): tls: implicit is offered by Cyrus for imap, pop3 and http only",
            [new() { Name = "sieve", Protocol = MailProtocol.Sieve, Port = 4190, Tls = TlsMode.Implicit }]
        },
        {
            "spec.services[0] (dav): tls: startTls does not exist for http; use implicit",
            [new() { Name = "dav", Protocol = MailProtocol.Http, Port = 8080, Tls = TlsMode.StartTls }]
        },
    };

    [Theory]
    [MemberData(nameof(BadServices))]
    public void A_bad_service_is_refused_by_index_and_name(string message, ServiceSpec[] services)
    {
        var rendered = Render(Make.Server(spec => spec with { Services = services }));

        rendered.Problem!.Reason.ShouldBe("ServicesInvalid");
        rendered.Problem.Message.ShouldStartWith(message);
    }

    [Fact]
    public void A_missing_secret_or_key_or_a_mismatch_is_named()
    {
        var key = new ObjectKey("post", "mail-tls");
        var server = Make.Server();

        BundleRenderer.Render(server, ServerInputs.FromSecret(key, null), Make.Now).Problem!
            .ShouldBe(new("SecretNotFound", "Secret post/mail-tls (spec.tls.secretName) does not exist"));
        BundleRenderer.Render(server, ServerInputs.FromSecret(key, new V1Secret()), Make.Now).Problem!
            .ShouldBe(new("SecretIncomplete", "Secret post/mail-tls has no key tls.crt"));
        var other = Testing.Mail.TestCertificate.Create(Make.Now);
        BundleRenderer.Render(server, Make.Inputs(other.KeyPem), Make.Now).Problem!
            .ShouldBe(new("KeyMismatch", "Secret post/mail-tls: tls.key does not belong to the certificate in tls.crt"));
    }

    [Fact]
    public void Host_names_are_judged_and_are_no_part_of_the_digest()
    {
        var plain = Render(Make.Server()).Bundle!;
        var covered = Make.Server(static spec => spec with { Tls = spec.Tls! with { DnsNames = ["mail.test"] } });
        var missing = Make.Server(static spec => spec with { Tls = spec.Tls! with { DnsNames = ["mail.test", "imap.example.org"] } });
        var senseless = Make.Server(static spec => spec with { Tls = spec.Tls! with { DnsNames = ["mail.test", "no name"] } });

        Render(covered).Bundle!.Digest.ShouldBe(plain.Digest);
        BundleSecretBuilder.SettingsOf(covered).ShouldNotBe(BundleSecretBuilder.SettingsOf(Make.Server()));
        Render(missing).Problem!.Reason.ShouldBe("CertificateNameMismatch");
        Render(missing).Problem!.Message.ShouldStartWith("Secret post/mail-tls: tls.crt does not cover the host name imap.example.org ");
        Render(senseless).Problem.ShouldBe(new("TlsInvalid", "spec.tls.dnsNames[1] is no host name; expected one such as imap.example.org or *.example.org"));
    }

    [Fact]
    public void Settings_with_the_same_host_names_are_the_same_so_nothing_is_written_again()
    {
        var one = BundleSecretBuilder.SettingsOf(Make.Server(static spec => spec with { Tls = spec.Tls! with { DnsNames = ["mail.test"] } }));

        ReloadSettings.FromJson(one.ToJson()).ShouldBe(one);
        ReloadSettings.FromJson(one.ToJson()).GetHashCode().ShouldBe(one.GetHashCode());
        ReloadSettings.FromJson("{}"u8).DnsNames.ShouldBeEmpty();
    }

    [Fact]
    public void Second_certificate_of_another_kind_is_rendered_beside_the_first()
    {
        var server = Make.Server(static spec => spec with { Tls = spec.Tls! with { AlternateSecretName = "mail-rsa" } });
        var rsa = Testing.Mail.TestCertificate.CreateRsa(Make.Now, 2048);

        var files = BundleRenderer.Render(server, Make.Inputs().WithAlternate(Material(rsa)), Make.Now).Bundle!.Files;

        Encoding.UTF8.GetString(files["imapd.conf"]).ShouldContain(
            "tls_server_cert: {generation}/tls.crt,{generation}/tls-alternate.crt\ntls_server_key: {generation}/tls.key,{generation}/tls-alternate.key\n");
        Encoding.UTF8.GetString(files["tls-alternate.crt"]).ShouldBe(rsa.ChainPem);
        Encoding.UTF8.GetString(files["tls-alternate.key"]).ShouldBe(rsa.KeyPem);
    }

    [Fact]
    public void Problem_of_the_second_certificate_names_its_secret()
    {
        var server = Make.Server(static spec => spec with { Tls = spec.Tls! with { AlternateSecretName = "mail-rsa" } });
        var missing = ServerInputs.FromSecret(new ObjectKey("post", "mail-rsa"), null, "spec.tls.alternateSecretName");
        var sameKind = Material(Testing.Mail.TestCertificate.Create(Make.Now));

        BundleRenderer.Render(server, Make.Inputs().WithAlternate(missing), Make.Now).Problem
            .ShouldBe(new("SecretNotFound", "Secret post/mail-rsa (spec.tls.alternateSecretName) does not exist"));
        var problem = BundleRenderer.Render(server, Make.Inputs().WithAlternate(sameKind), Make.Now).Problem!;
        problem.Reason.ShouldBe("CertificateKindTwice");
        problem.Message.ShouldStartWith("Secret post/mail-rsa: tls.crt: its key is of the same kind (elliptic curve) as the first one's");
        References.SecretsOf(server).Select(static key => key.Name).ShouldBe(["mail-tls", "mail-rsa"]);
    }

    private static ServerInputs Material(Testing.Mail.TestCertificate certificate) => ServerInputs.FromSecret(
        new ObjectKey("post", "mail-rsa"),
        new V1Secret
        {
            Data = new Dictionary<string, byte[]>
            {
                ["tls.crt"] = Encoding.ASCII.GetBytes(certificate.ChainPem),
                ["tls.key"] = Encoding.ASCII.GetBytes(certificate.KeyPem),
            },
        });

    [Fact]
    public void Key_that_the_server_refuses_is_refused_unless_its_cipher_list_lets_it_in()
    {
        var small = Testing.Mail.TestCertificate.CreateRsa(Make.Now, 1024);
        var inputs = Material(small);
        var lenient = Make.Server(static spec => spec with { ImapdConf = "tls_ciphers: DEFAULT:@SECLEVEL=1\n" });

        BundleRenderer.Render(Make.Server(), inputs, Make.Now).Problem!.Reason.ShouldBe("KeyTooSmall");
        BundleRenderer.Render(lenient, inputs, Make.Now).Problem.ShouldBeNull();
    }

    [Fact]
    public void Client_ca_of_the_secret_that_imapd_conf_names_must_be_there()
    {
        var named = Make.Server(static spec => spec with { ImapdConf = "admins: cyrus\ntls_client_ca_file: {generation}/ca.crt\n" });
        var inputs = Make.Inputs();

        BundleRenderer.Render(named, inputs, Make.Now).Problem.ShouldBe(new(
            "FileMissing",
            "spec.imapdConf line 2: tls_client_ca_file names {generation}/ca.crt, which is not there or cannot be read (from Secret post/mail-tls)"));
        BundleRenderer.Render(named, WithAuthority("garbage"), Make.Now).Problem!.Reason.ShouldBe("FileInvalid");
        BundleRenderer.Render(named, WithAuthority(Make.Certificate.ChainPem), Make.Now).Problem.ShouldBeNull();

        ServerInputs WithAuthority(string text) => inputs with { Tls = inputs.Tls! with { Authority = Encoding.ASCII.GetBytes(text) } };
    }

    private static Rendered Render(CyrusServer server) => BundleRenderer.Render(server, Make.Inputs(), Make.Now);

    private static ServiceSpec Service(string name, int port) => new() { Name = name, Protocol = MailProtocol.Imap, Port = port };
}
