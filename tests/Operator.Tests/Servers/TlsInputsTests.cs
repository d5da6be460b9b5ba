using System.Text;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;
using Operator.Testing.Mail;

namespace Operator.Tests.Servers;

public sealed class TlsInputsTests
{
    private static readonly ObjectKey OwnKey = new("post", "imaps-tls");
    private static readonly TestCertificate Own = TestCertificate.Create(Make.Now, "imap.other.test");

    private static readonly CyrusServer WithOwn = Make.Server(static spec => spec with
    {
        Tls = spec.Tls! with { DnsNames = ["mail.test"], ServiceCertificates = [new() { Service = "imaps", SecretName = "imaps-tls" }] },
    });

    [Fact]
    public void Certificate_of_a_service_is_rendered_for_it_alone_and_need_not_cover_the_host_names_of_the_others()
    {
        var inputs = Make.Inputs().WithService("imaps", FromSecret(Make.SecretOf(Own.ChainPem, Own.KeyPem)));

        var files = BundleRenderer.Render(WithOwn, inputs, Make.Now).Bundle!.Files;

        Encoding.UTF8.GetString(files["imapd.conf"]).ShouldContain(
            "imaps_tls_server_cert: {generation}/tls-imaps.crt\nimaps_tls_server_key: {generation}/tls-imaps.key\n");
        Encoding.UTF8.GetString(files[BundleFiles.CertificateOf("imaps")]).ShouldBe(Own.ChainPem);
        Encoding.UTF8.GetString(files[BundleFiles.KeyOf("imaps")]).ShouldBe(Own.KeyPem);
        Encoding.UTF8.GetString(files["tls.crt"]).ShouldBe(Make.Certificate.ChainPem);
    }

    [Fact]
    public void Problem_of_a_services_certificate_names_its_secret_and_field()
    {
        Render(null).ShouldBe(new("SecretNotFound", "Secret post/imaps-tls (spec.tls.serviceCertificates[0]) does not exist"));
        Render(Make.SecretOf(Own.ChainPem, Make.Certificate.KeyPem)).ShouldBe(
            new("KeyMismatch", "Secret post/imaps-tls (spec.tls.serviceCertificates[0]): tls.key does not belong to the certificate in tls.crt"));

        static InputProblem? Render(V1Secret? secret) =>
            BundleRenderer.Render(WithOwn, Make.Inputs().WithService("imaps", FromSecret(secret)), Make.Now).Problem;
    }

    [Theory]
    [InlineData("tls-imaps.crt", "imaps")]
    [InlineData("tls-imaps.key", "imaps")]
    [InlineData("tls-alternate.crt", null)]
    [InlineData("tls.crt", null)]
    [InlineData("tls-.crt", null)]
    [InlineData("imapd.conf", null)]
    public void File_of_a_service_is_known_by_its_name(string file, string? service) => BundleFiles.ServiceOf(file).ShouldBe(service);

    public static TheoryData<string, TlsSpec> BadTls => new()
    {
        { "spec.tls: secretName or issuerRef is needed", new() },
        { "spec.tls: issuerRef needs dnsNames: the names that the certificate shall have", new() { IssuerRef = Issuer } },
        { "spec.tls.duration is of use with issuerRef only", new() { SecretName = "a", Duration = "1h" } },
        { "spec.tls.renewBefore is of use with issuerRef only", new() { SecretName = "a", RenewBefore = "1h" } },
        { "spec.tls.secretName can be no name of a Secret", new() { SecretName = "../a" } },
        { "spec.tls.alternateSecretName can be no name of a Secret", new() { SecretName = "a", AlternateSecretName = "a\n" } },
        { "spec.tls.dnsNames[1] is no host name", new() { SecretName = "a", DnsNames = ["a.test", "b\n"] } },
        { "spec.tls.dnsNames has 201 names; expected 200 at most", new() { SecretName = "a", DnsNames = [.. Enumerable.Repeat("a.test", 201)] } },
        { "spec.tls.serviceCertificates[0].service is none of the services; expected one of imap, imaps", Services(("pop3", "b")) },
        { "spec.tls.serviceCertificates[1]: service imap has a certificate already", Services(("imap", "b"), ("imap", "c")) },
        { "spec.tls.serviceCertificates[0].secretName can be no name of a Secret", Services(("imap", "B")) },
    };

    [Theory]
    [MemberData(nameof(BadTls))]
    public void What_makes_no_sense_is_refused_by_its_field(string message, TlsSpec tls)
    {
        var problem = SpecRules.Check(Make.Server(spec => spec with { Tls = tls }))!;

        problem.Reason.ShouldBe("TlsInvalid");
        problem.Message.ShouldStartWith(message);
    }

    [Fact]
    public void Service_without_TLS_or_with_the_reserved_name_has_no_certificate_of_its_own()
    {
        SpecRules.Check(Server("http", TlsMode.None))!.Message.ShouldBe("spec.tls.serviceCertificates[0]: service http has no TLS");
        SpecRules.Check(Server("alternate", TlsMode.Implicit))!.Message
            .ShouldBe("spec.tls.serviceCertificates[0]: a service named alternate cannot have a certificate of its own");

        static CyrusServer Server(string name, TlsMode mode) => Make.Server(spec => spec with
        {
            Services = [new() { Name = name, Protocol = MailProtocol.Http, Port = 8080, Tls = mode }],
            Tls = Services((name, "b")),
        });
    }

    [Fact]
    public void Certificate_that_cert_manager_has_not_put_there_yet_is_waited_for()
    {
        var key = new ObjectKey("post", "mail-tls");
        var pending = new InputProblem(
            "CertificatePending", "waiting for cert-manager to put a certificate into Secret post/mail-tls (spec.tls.issuerRef)");

        ServerInputs.FromSecret(key, null, InputCollector.IssuerField).Problem.ShouldBe(pending);
        ServerInputs.FromSecret(key, new V1Secret { Type = "Opaque" }, InputCollector.IssuerField).Problem.ShouldBe(pending);
        ServerInputs.FromSecret(key, Make.SecretOf("", Own.KeyPem), InputCollector.IssuerField).Problem.ShouldBe(pending);
        ServerInputs.FromSecret(key, Make.SecretOf(Own.ChainPem, Own.KeyPem), InputCollector.IssuerField).Problem.ShouldBeNull();
        References.SecretsOf(Make.Server(static spec => spec with { Tls = new TlsSpec { IssuerRef = Issuer } })).ShouldHaveSingleItem().Name.ShouldBe("mail-tls");
    }

    private static IssuerReference Issuer => new() { Name = "ca" };

    private static TlsSpec Services(params (string Service, string Secret)[] certificates) => new()
    {
        SecretName = "a",
        ServiceCertificates = [.. certificates.Select(static one => new ServiceCertificate { Service = one.Service, SecretName = one.Secret })],
    };

    private static ServerInputs FromSecret(V1Secret? secret) => ServerInputs.FromSecret(OwnKey, secret, "spec.tls.serviceCertificates[0]");
}
