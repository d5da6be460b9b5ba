using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;
using Operator.Servers.Rollout;
using Operator.Testing.Mail;

namespace Operator.Tests.Servers;

/// <summary>Each input that cannot be used: it has a reason of its own, it says where, and what is published stays.</summary>
public sealed class BadInputsTests
{
    private static readonly TestCertificate Good = Make.Certificate;
    private static readonly TestCertificate Other = TestCertificate.Create(Make.Now);
    private static readonly Bundle Published = BundleRenderer.Render(Make.Server(), Make.Inputs(), Make.Now).Bundle!;

    private static readonly V1Secret RegistryLogin = new()
    {
        Type = "kubernetes.io/dockerconfigjson",
        Data = new Dictionary<string, byte[]> { [".dockerconfigjson"] = "{}"u8.ToArray() },
    };

    public static TheoryData<string, string, V1Secret?> Secrets => new()
    {
        { "SecretNotFound", "Secret post/mail-tls (spec.tls.secretName) does not exist", null },
        {
            "SecretWrongType",
            "Secret post/mail-tls (spec.tls.secretName) is of type kubernetes.io/dockerconfigjson and has no key tls.crt; expected type kubernetes.io/tls, or Opaque",
            RegistryLogin
        },
        { "SecretIncomplete", "Secret post/mail-tls has no key tls.crt", new V1Secret { Type = "Opaque" } },
        { "SecretIncomplete", "Secret post/mail-tls has no key tls.key", Without("tls.key") },
        { "CertificateEmpty", "Secret post/mail-tls: tls.crt is empty", Make.SecretOf("", Good.KeyPem) },
        { "KeyEmpty", "Secret post/mail-tls: tls.key is empty", Make.SecretOf(Good.ChainPem, "\n") },
        { "CertificateTemporary", "Secret post/mail-tls: tls.crt is cert-manager's temporary", Of(TestCertificate.CreateTemporary(Make.Now)) },
        { "KeyMismatch", "Secret post/mail-tls: tls.key does not belong", Make.SecretOf(Good.ChainPem, Other.KeyPem) },
        { "CertificateExpired", "Secret post/mail-tls: tls.crt expired at 2026-11-23T11:59:00Z", Of(TestCertificate.Create(Make.Now, validFor: TimeSpan.FromMinutes(-1))) },
        { "CertificateNotYetValid", "Secret post/mail-tls: tls.crt is valid only from 2026-11-30T11:00:00Z", Of(TestCertificate.Create(Make.Now.AddDays(7))) },
        { "ChainOutOfOrder", "Secret post/mail-tls: tls.crt: certificate 3 is not the issuer", Make.SecretOf(Good.ChainPem + Other.ChainPem, Good.KeyPem) },
        { "CertificateInvalid", "Secret post/mail-tls: tls.crt holds no PEM certificate", Make.SecretOf("no PEM", Good.KeyPem) },
        { "KeyInvalid", "Secret post/mail-tls: tls.key holds no unencrypted PEM private key", Make.SecretOf(Good.ChainPem, "no PEM") },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Unusable_certificate_is_refused_and_what_is_published_stays(string reason, string message, V1Secret? secret) =>
        ShouldBeRefused(BundleRenderer.Render(Make.Server(), ServerInputs.FromSecret(new ObjectKey("post", "mail-tls"), secret), Make.Now), reason, message);

    [Theory]
    [InlineData("kubernetes.io/tls")]
    [InlineData("Opaque")]
    [InlineData("example.org/certificate")]
    public void Secret_with_both_keys_will_do_whatever_its_type(string type) =>
        ServerInputs.FromSecret(new ObjectKey("post", "mail-tls"), Of(Good) with { Type = type }).Problem.ShouldBeNull();

    public static TheoryData<string, string, CyrusServerSpec> Specs => new()
    {
        { "ImapdConfInvalid", "spec.imapdConf line 2, column 5: control character U+0000", new() { ImapdConf = "a: 1\nb: x\0" } },
        { "ImapdConfInvalid", "spec.imapdConf line 1, column 5: control character U+001B", new() { ImapdConf = "a: x\x1b" } },
        { "ImapdConfInvalid", "spec.imapdConf line 1, column 5: control character U+000D", new() { ImapdConf = "a: x\rconfigdirectory: /" } },
        { "CyrusConfInvalid", "spec.cyrusConf line 2, column 1: control character U+0000", new() { CyrusConf = "SERVICES {\n\0}" } },
        { "ServicesInvalid", "spec: services and cyrusConf exclude each other", new() { CyrusConf = "", Services = [] } },
        { "TlsInvalid", "spec.tls: secretName or issuerRef is needed", new() { Services = [], Tls = new() } },
    };

    [Theory]
    [MemberData(nameof(Specs))]
    public void Unusable_spec_is_refused_and_what_is_published_stays(string reason, string message, CyrusServerSpec spec) =>
        ShouldBeRefused(BundleRenderer.Render(Make.Server(_ => spec with { Tls = spec.Tls ?? new() { SecretName = "mail-tls" } }), Make.Inputs(), Make.Now), reason, message);

    [Fact]
    public void Bundle_that_does_not_fit_beside_the_last_good_one_is_refused()
    {
        var half = new string('x', 600 * 1024);
        var large = BundleRenderer.Render(Make.Server(spec => spec with { ImapdConf = "# " + half }), Make.Inputs(), Make.Now).Bundle!;
        var larger = BundleRenderer.Render(Make.Server(spec => spec with { ImapdConf = "#  " + half }), Make.Inputs(), Make.Now);
        var status = new CyrusServerStatus { HealthyDigest = large.Digest };

        var choice = TargetChoice.Of(larger, new Published(large, null), status);

        choice.Target.ShouldBe(large);
        choice.Problem!.Reason.ShouldBe("BundleTooLarge");
        choice.Problem.Message.ShouldBe(
            $"the configuration has {Size(larger.Bundle!)} bytes and the last good one, which is kept beside it, {Size(large)}: "
            + "a Secret holds 1048576 bytes, and 65536 of them are needed otherwise");
        // Without another to keep, it would fit.
        TargetChoice.Of(larger, new Published(null, null), null).Target.ShouldBe(larger.Bundle);
        TargetChoice.Of(new(large, null), new Published(large, null), status).Problem.ShouldBeNull();
    }

    private static int Size(Bundle bundle) => bundle.Files.Values.Sum(static content => content.Length);

    private static void ShouldBeRefused(Rendered rendered, string reason, string message)
    {
        rendered.Bundle.ShouldBeNull();
        rendered.Problem!.Reason.ShouldBe(reason);
        rendered.Problem.Message.ShouldStartWith(message);
        TargetChoice.Of(rendered, new Published(Published, null), new CyrusServerStatus { HealthyDigest = Published.Digest }).Target.ShouldBe(Published);
        TargetChoice.Of(rendered, new Published(null, null), null).Target.ShouldBeNull();
    }

    private static V1Secret Of(TestCertificate certificate) => Make.SecretOf(certificate.ChainPem, certificate.KeyPem);

    private static V1Secret Without(string key)
    {
        var secret = Of(Good);
        secret.Data!.Remove(key);
        return secret;
    }
}
