using Operator.Entities.Contract;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>What no text check can see, a real worker sees before the master does.</summary>
[Trait("needs", "cyrus")]
public sealed class PreflightTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_that_is_too_small_for_the_server_is_refused()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);

        // Our own check leaves the levels above Debian's to the worker: RSA 2048 is too small for level 3.
        var bad = cyrus.NewBundle() with
        {
            Certificate = TestCertificate.CreateRsa(TimeProvider.System.GetUtcNow(), 2048),
            ExtraImapdConf = "tls_ciphers: DEFAULT:@SECLEVEL=3",
        };
        var report = await RefusedAsync(cyrus, bad);

        report.Message.ShouldNotBeNull().ShouldStartWith("Service ");
    }

    [Fact]
    public async Task Cipher_list_that_openssl_does_not_know_is_refused()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);

        await RefusedAsync(cyrus, cyrus.NewBundle() with { ExtraImapdConf = "tls_ciphers: NOSUCHCIPHER" });
    }

    [Fact]
    public async Task Program_that_runs_but_is_no_mail_server_is_refused()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var listener = new Listener("imapx", MailProtocol.Imap, cyrus.Layout.ReportPort + 1, TlsMode.None);
        var bad = cyrus.NewBundle() with
        {
            ExtraService = $"imapx cmd=\"/bin/cat -C {cyrus.Layout.Current}/imapd.conf\" listen=\"127.0.0.1:{listener.Port}\"",
            Listeners = [.. cyrus.Layout.Listeners, listener],
        };

        var report = await RefusedAsync(cyrus, bad);

        report.Message.ShouldNotBeNull().ShouldStartWith("Service imapx: ");
    }

    [Fact]
    public async Task Preflight_leaves_no_trace()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await cyrus.StopMasterAsync(); // nothing but the pre-flight writes from here on
        var before = Trace();

        var bundle = cyrus.NewBundle();
        cyrus.Publish(bundle);
        await cyrus.WaitForAsync(report => report.Active == bundle.Digest, Stop);

        Trace().ShouldBe(before);

        IEnumerable<string> Trace() =>
            from directory in (string[])[cyrus.Layout.ConfigDirectory, cyrus.Layout.Spool, cyrus.Layout.Run + "/proc", cyrus.Layout.Run + "/tmp"]
            from file in Directory.EnumerateFileSystemEntries(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            select $"{file} {File.GetLastWriteTimeUtc(file):O}";
    }

    private static async Task<ReloadReport> RefusedAsync(RealCyrus cyrus, Bundle bad)
    {
        cyrus.Publish(bad);
        var report = await cyrus.WaitForAsync(seen => seen.Phase == ReloadPhase.Failed, Stop);
        report.Rejected.ShouldBe(bad.Digest);
        report.Active.ShouldBe(cyrus.First!.Digest);
        report.Reason.ShouldBe("PreflightFailed", report.Message);
        return report;
    }
}
