using System.Net.Security;
using Operator.Kubernetes.Api;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>An RSA certificate beside the first one: asked for, missing, there, renewed.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class TwoCertificatesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Second_certificate_is_waited_for_served_to_those_who_need_it_and_renewed_by_itself()
    {
        await using var server = await MailServer.StartAsync("two", Stop);
        var before = await server.PodAsync(Stop);

        await server.ApplyAsync(Stop, tls: "{secretName: mail-tls, alternateSecretName: mail-rsa}");
        var waiting = await server.WaitAsync(static one => Conditions.IsTrue(one.Status?.Conditions, "Degraded"), Stop);
        var degraded = Conditions.Find(waiting.Status!.Conditions, "Degraded")!;
        degraded.Reason.ShouldBe("SecretNotFound");
        degraded.Message!.ShouldStartWith($"Secret {server.Namespace}/mail-rsa (spec.tls.alternateSecretName) does not exist");

        foreach (var certificate in (TestCertificate[])[NewRsa(), NewRsa()])
        {
            var digest = (await server.ReadAsync(Stop)).Status!.HealthyDigest;
            await server.WriteSecretAsync("mail-rsa", certificate, Stop);
            await server.WaitAsync(one => MailServer.Serves(server.Certificate)(one) && one.Status!.HealthyDigest != digest, Stop);
            (await LeafAsync(server, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384)).ShouldBe(certificate.LeafSha256);
            (await LeafAsync(server, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)).ShouldBe(server.Certificate.LeafSha256);
        }
        (await server.PodAsync(Stop)).Metadata.Uid.ShouldBe(before.Metadata.Uid);
    }

    private static TestCertificate NewRsa() => TestCertificate.CreateRsa(TimeProvider.System.GetUtcNow(), 2048);

    private static async Task<string> LeafAsync(MailServer server, TlsCipherSuite suite) =>
        await MailConnection.LeafForAsync(suite, await server.AddressAsync(MailServer.Imaps, Stop), Stop);
}
