using System.Text.Json;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>A server that names an issuer: the operator asks for the certificate, and cert-manager's writes are replayed.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class CertManagerTests
{
    private const string Secret = "mail-issued";
    private const string Tls = "{secretName: mail-issued, issuerRef: {name: test-issuer}, dnsNames: [mail.test], duration: 2160h, renewBefore: 360h}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificate_is_asked_for_and_each_thing_that_cert_manager_writes_is_served_or_waited_out()
    {
        await CertManager.InstallAsync(Stop);
        await using var server = await MailServer.StartAsync("issuer", Stop);
        var manager = new CertManager(server, Secret);
        var before = await server.PodAsync(Stop);
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        await using var connections = await NewConnections.StartAsync(server, Stop);

        await server.ApplyAsync(Stop, tls: Tls);
        await WaitForProblemAsync(server, "CertificatePending", Secret);
        await Expect_the_certificate_that_was_asked_for(server);
        await manager.WriteTemporaryAsync(TestCertificate.CreateTemporary(TimeProvider.System.GetUtcNow()), Stop);
        await WaitForProblemAsync(server, "CertificateTemporary", "temporary certificate");
        foreach (var issued in (TestCertificate[])[New(), New()])
        {
            await manager.IssueAsync(issued, Stop);
            await server.WaitAsync(MailServer.Serves(issued), Stop);
        }
        var healthy = await server.ReadAsync(Stop);
        await manager.FailAsync(Stop);
        await connections.MoreAsync(30, Stop);
        await sessions.GoOnAsync(Stop);

        (await server.ReadAsync(Stop)).Status.ShouldBeEquivalentTo(healthy.Status);
        (await connections.StopAsync()).Where(static attempt => attempt.Error is not null).ShouldBeEmpty();
        (await server.PodAsync(Stop)).Metadata.Uid.ShouldBe(before.Metadata.Uid);
    }

    private static TestCertificate New() => TestCertificate.Create(TimeProvider.System.GetUtcNow());

    private static async Task WaitForProblemAsync(MailServer server, string reason, string words)
    {
        var degraded = await server.WaitAsync(one => Problem(one)?.Reason == reason, Stop);
        Problem(degraded)!.Message!.ShouldContain(words);
        Problem(degraded)!.Message!.ShouldContain("stays in service");
    }

    private static V1Condition? Problem(CyrusServer server) => Conditions.Find(server.Status?.Conditions, "Degraded");

    private static async Task Expect_the_certificate_that_was_asked_for(MailServer server)
    {
        using var certificate = JsonDocument.Parse(
            await Kubectl.RunAsync(null, Stop, "get", "certificate", MailServer.Name, "-n", server.Namespace, "-o", "json"));
        var spec = certificate.RootElement.GetProperty("spec");

        spec.GetProperty("secretName").GetString().ShouldBe(Secret);
        spec.GetProperty("dnsNames")[0].GetString().ShouldBe("mail.test");
        spec.GetProperty("issuerRef").GetProperty("name").GetString().ShouldBe("test-issuer");
        spec.GetProperty("privateKey").GetProperty("rotationPolicy").GetString().ShouldBe("Always");
    }
}
