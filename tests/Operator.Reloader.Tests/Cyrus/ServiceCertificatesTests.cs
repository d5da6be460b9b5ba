using System.Text;
using Operator.Entities.Contract;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>A server with a certificate of its own for one service: <c>SERVICE_tls_server_cert</c>.</summary>
[Trait("needs", "cyrus")]
public sealed class ServiceCertificatesTests
{
    private const string Options = "imaps_tls_server_cert: {generation}/tls-imaps.crt\nimaps_tls_server_key: {generation}/tls-imaps.key";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_service_is_proved_with_the_certificate_that_it_has()
    {
        var first = NewOwn();
        await using var cyrus = await RealCyrus.StartAsync(Stop, bundle => With(bundle, first, first.KeyPem) with { Prefork = 2 });
        var renewed = NewOwn();
        var bundle = With(cyrus.First!, renewed, renewed.KeyPem);

        cyrus.Publish(bundle);
        var report = await cyrus.WaitForHealthyAsync(bundle, Stop);

        foreach (var listener in cyrus.Layout.Listeners.Where(static listener => listener.Tls != TlsMode.None))
        {
            report.Certificates.Single(seen => seen.Port == listener.Port).Sha256
                .ShouldBe(listener.Service == "imaps" ? renewed.LeafSha256 : bundle.Certificate.LeafSha256, listener.Service);
        }
    }

    [Fact]
    public async Task Certificate_of_a_service_that_the_server_is_not_told_of_is_not_taken_for_served()
    {
        var own = NewOwn();
        await using var cyrus = await RealCyrus.StartAsync(Stop, bundle => With(bundle, own, own.KeyPem) with { Prefork = 2 });

        cyrus.Publish(cyrus.First! with { ExtraImapdConf = "" });
        var report = await cyrus.WaitForAsync(static seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Reason.ShouldBe("PreflightFailed");
        report.Message!.ShouldStartWith($"Service imaps: a worker started with it presents the certificate {cyrus.First!.Certificate.LeafSha256}, not {own.LeafSha256}");
    }

    [Fact]
    public async Task Key_of_a_service_is_checked_too_and_named()
    {
        var own = NewOwn();
        await using var cyrus = await RealCyrus.StartAsync(Stop, bundle => With(bundle, own, own.KeyPem) with { Prefork = 2 });
        cyrus.Settings = new ReloadSettings { DnsNames = ["mail.test"] }; // not asked of a service's own certificate

        cyrus.Publish(With(cyrus.First!, own, NewOwn().KeyPem));
        var report = await cyrus.WaitForAsync(static seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Message.ShouldBe("tls-imaps.key does not belong to the certificate in tls-imaps.crt");
    }

    private static TestCertificate NewOwn() => TestCertificate.Create(TimeProvider.System.GetUtcNow(), "imap.other.test");

    private static Bundle With(Bundle bundle, TestCertificate own, string key) => bundle with
    {
        ExtraImapdConf = Options,
        Spoil = files =>
        {
            files[BundleFiles.CertificateOf("imaps")] = Encoding.ASCII.GetBytes(own.ChainPem);
            files[BundleFiles.KeyOf("imaps")] = Encoding.ASCII.GetBytes(key);
        },
    };
}
