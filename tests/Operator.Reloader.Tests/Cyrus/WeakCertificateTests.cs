using Operator.Entities.Contract;
using Operator.Entities.Tls;
using Operator.Reloader.Processes;
using Operator.Reloader.Proof;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Our verdict on weak keys and signatures is the real server's: no stricter, no laxer.</summary>
[Trait("needs", "cyrus")]
public sealed class WeakCertificateTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, "")]
    [InlineData(2, "tls_ciphers: DEFAULT:@SECLEVEL=2")]
    [InlineData(1, "tls_ciphers: DEFAULT:@SECLEVEL=1")]
    [InlineData(0, "tls_ciphers: DEFAULT:@SECLEVEL=0")]
    public async Task Verdict_is_the_servers(int level, string option)
    {
        await using var cyrus = await RealCyrus.StartAloneAsync(bundle => AddTo(bundle) with { ExtraImapdConf = option }, Stop);
        await cyrus.UntilAsync(() => cyrus.Workers() is { Count: >= 5 } workers && workers.All(static worker => worker.State == WorkerState.Idle), Stop);
        var wrong = new List<string>();
        var signatures = new HashSet<bool>();
        foreach (var certificate in WeakCertificate.All)
        {
            var problem = CertificateCheck.Check(certificate.ChainPem, certificate.KeyPem, CertificateDemands.None with { Level = level }, out var facts);
            var server = await ServerSaysAsync(cyrus, certificate);
            output.WriteLine($"{certificate,-35} we: {(problem ?? facts!.WeakSignature)?.Reason ?? "yes",-20} server: {server ?? "yes"}");
            // Whether weak signatures are refused depends on OpenSSL's patch release: all are, or none.
            if (facts?.WeakSignature is not null)
                signatures.Add(server is null);
            else if (problem is null != server is null)
                wrong.Add($"{certificate}: we say {problem?.Message ?? "yes"}, the server says {server ?? "yes"}");
        }
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        signatures.Count.ShouldBe(level == 0 ? 0 : 1);
    }

    [Fact]
    public async Task Weak_signature_is_refused_by_name_where_the_server_refuses_it_and_served_where_it_does_not()
    {
        var weak = WeakCertificate.All.Single(static one => one.Name == "intermediate signed with SHA-1");
        await using var cyrus = await RealCyrus.StartAsync(Stop, AddTo);
        var served = cyrus.First!.Digest;
        var bundle = cyrus.First with { Certificate = new TestCertificate(weak.ChainPem, weak.KeyPem, "") };

        cyrus.Publish(bundle);
        var report = await cyrus.WaitForAsync(
            seen => seen.Nudge == cyrus.Nudge && (seen.Phase == ReloadPhase.Failed || seen.IsHealthyFor(bundle.Digest)), Stop);
        var isRefused = await ServerSaysAsync(cyrus, weak) is not null; // this one puts the files in place by hand: it comes last

        report.Reason.ShouldBe(isRefused ? "SignatureTooWeak" : null, report.Message);
        report.Active.ShouldBe(isRefused ? served : bundle.Digest);
        if (isRefused)
            report.Message.ShouldNotBeNull().ShouldStartWith("tls.crt: certificate 2 is signed with SHA-1, which is too weak");
    }

    /// <summary>No idle worker and one connection each: every connection meets a worker that has read what is in place now.</summary>
    private static Bundle AddTo(Bundle bundle) => bundle with
    {
        Prefork = 1,
        ExtraService = $"weak cmd=\"{bundle.Command("imapd")} -s -U 1\" listen=\"127.0.0.1:{bundle.Layout.Http.Port}\" prefork=0",
    };

    private static async Task<string?> ServerSaysAsync(RealCyrus cyrus, WeakCertificate certificate)
    {
        var bundle = cyrus.First! with
        {
            Spoil = files =>
            {
                files[BundleFiles.TlsCertificate] = System.Text.Encoding.ASCII.GetBytes(certificate.ChainPem);
                files[BundleFiles.TlsKey] = System.Text.Encoding.ASCII.GetBytes(certificate.KeyPem);
            },
        };
        await cyrus.PutAsync(bundle.Files, Stop);
        try
        {
            var probe = new ListenerProbe(TimeSpan.FromSeconds(10), TimeProvider.System);
            await probe.RunAsync("127.0.0.1", new Listener("weak", MailProtocol.Imap, cyrus.Layout.Http.Port, TlsMode.Implicit), only: null, Stop);
            return null;
        }
        catch (ProbeException error)
        {
            return error.Message;
        }
    }
}
