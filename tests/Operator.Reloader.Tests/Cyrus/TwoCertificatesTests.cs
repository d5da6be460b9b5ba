using System.Net;
using System.Net.Security;
using Operator.Entities.Contract;
using Operator.Reloader.Processes;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>A server with an RSA and an elliptic-curve certificate: Cyrus takes a second file after a comma (imap/tls.c:set_cert_stuff).</summary>
[Trait("needs", "cyrus")]
public sealed class TwoCertificatesTests
{
    private const TlsCipherSuite ForRsa = TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;
    private const TlsCipherSuite ForCurves = TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TestCertificate NewRsa() => TestCertificate.CreateRsa(TimeProvider.System.GetUtcNow(), 2048);

    [Fact]
    public async Task Each_client_gets_the_certificate_that_it_can_use_and_both_are_proved()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = 2, Alternate = NewRsa() });
        var renewed = cyrus.First! with { Alternate = NewRsa() };

        cyrus.Publish(renewed);
        var report = await cyrus.WaitForHealthyAsync(renewed, Stop);

        (await LeafAsync(cyrus.Layout.Imaps, ForRsa)).ShouldBe(renewed.Alternate.LeafSha256);
        (await LeafAsync(cyrus.Layout.Imaps, ForCurves)).ShouldBe(renewed.Certificate.LeafSha256);
        foreach (var listener in cyrus.Layout.Listeners)
        {
            report.Certificates.Where(seen => seen.Port == listener.Port).Select(static seen => seen.Sha256)
                .ShouldBe([renewed.Certificate.LeafSha256, renewed.Alternate.LeafSha256], ignoreOrder: true, listener.Service);
        }
    }

    [Fact]
    public async Task Second_certificate_of_the_same_kind_would_hide_the_first_and_is_refused()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = 2 });
        var bundle = cyrus.NewBundle() with { Alternate = cyrus.NewBundle().Certificate };

        cyrus.Publish(bundle);
        var report = await cyrus.WaitForAsync(static seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Reason.ShouldBe("CertificateKindTwice");
        report.Message!.ShouldStartWith("tls-alternate.crt: its key is of the same kind (elliptic curve)");
        (await LeafAsync(cyrus.Layout.Imaps, ForCurves)).ShouldBe(cyrus.First!.Certificate.LeafSha256);

        await cyrus.StopEngineAsync();
        await cyrus.StopMasterAsync();
        await cyrus.PutAsync(bundle.Files, Stop);
        cyrus.StartMaster();
        await cyrus.UntilAsync(() => cyrus.Workers().Any(static worker => worker is { Service: "imaps", State: WorkerState.Idle }), Stop);
        (await LeafAsync(cyrus.Layout.Imaps, ForCurves)).ShouldBe(bundle.Alternate.LeafSha256, "the server alone presents the second and never the first");
    }

    [Fact]
    public async Task Key_of_the_second_certificate_is_checked_too_and_named()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { Prefork = 2 });
        var alternate = NewRsa() with { KeyPem = NewRsa().KeyPem };

        cyrus.Publish(cyrus.NewBundle() with { Alternate = alternate });
        var report = await cyrus.WaitForAsync(static seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Message.ShouldBe("tls-alternate.key does not belong to the certificate in tls-alternate.crt");
    }

    [Fact]
    public async Task Without_TLS_1_2_the_suite_tells_nothing_and_either_certificate_is_proof()
    {
        await using var cyrus = await RealCyrus.StartAsync(
            Stop, static bundle => bundle with { Prefork = 2, Alternate = NewRsa(), ExtraImapdConf = "tls_versions: tls1_3" });

        var seen = (await cyrus.ReportAsync(Stop)).Certificates.Select(static certificate => certificate.Sha256).Distinct();

        new[] { cyrus.First!.Certificate.LeafSha256, cyrus.First.Alternate!.LeafSha256 }.ShouldContain(seen.ShouldHaveSingleItem());
    }

    private static Task<string> LeafAsync(EndPoint server, TlsCipherSuite suite) => MailConnection.LeafForAsync(suite, server, Stop);
}
