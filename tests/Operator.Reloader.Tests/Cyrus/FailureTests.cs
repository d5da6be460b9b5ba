using Operator.Entities.Contract;
using Operator.Reloader.Processes;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>What is wrong never reaches the server, or goes back.</summary>
[Trait("needs", "cyrus")]
public sealed class FailureTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bad_value_in_imapd_conf_is_refused_by_line_and_touches_nothing()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var report = await RefusedAsync(cyrus, cyrus.NewBundle() with { ExtraImapdConf = "timeout: soon" });

        report.Reason.ShouldBe("ConfigurationInvalid");
        report.Message.ShouldNotBeNull().ShouldContain("line 18");
    }

    [Fact]
    public async Task Change_of_the_layout_on_disk_is_refused_once_there_is_a_mailbox()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var hashed = cyrus.NewBundle() with { ExtraImapdConf = "fulldirhash: yes" };
        cyrus.Publish(hashed);
        await cyrus.WaitForHealthyAsync(hashed, Stop);
        await using (var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop))
            await session.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop); // makes the mailbox

        var unhashed = cyrus.NewBundle();
        cyrus.Publish(unhashed);
        var report = await cyrus.WaitForAsync(seen => seen.Phase == ReloadPhase.Failed && seen.Rejected == unhashed.Digest, Stop);

        report.Reason.ShouldBe("ConversionNeeded");
        report.Message.ShouldNotBeNull().ShouldStartWith("imapd.conf line 18: a change of fulldirhash");
        report.Active.ShouldBe(hashed.Digest);
    }

    [Fact]
    public async Task Option_that_only_the_master_reads_is_named_until_it_is_restarted()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var bundle = cyrus.NewBundle() with { ExtraImapdConf = "syslog_prefix: other" };
        cyrus.Publish(bundle);
        (await cyrus.WaitForHealthyAsync(bundle, Stop)).PendingRestart.ShouldBe(["syslog_prefix"]);

        await cyrus.StopMasterAsync();
        cyrus.StartMaster();
        await cyrus.WaitForAsync(report => report.IsHealthyFor(bundle.Digest) && report.PendingRestart is [], Stop);
    }

    [Fact]
    public async Task Master_that_dies_in_the_middle_of_a_reload_says_nothing_of_the_new_generation()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var renewed = cyrus.NewBundle();
        cyrus.Publish(renewed);
        await cyrus.WaitForAsync(report => report.Active == renewed.Digest, Stop);

        await cyrus.StopMasterAsync();
        var report = await cyrus.WaitForAsync(static seen => seen.Reason == "MasterNotRunning", Stop);
        (report.Active, report.Rejected).ShouldBe((renewed.Digest, null));

        cyrus.StartMaster();
        await cyrus.WaitForHealthyAsync(renewed, Stop);
    }

    [Fact]
    public async Task Key_of_another_certificate_is_refused_and_touches_nothing()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var report = await RefusedAsync(cyrus, cyrus.NewBundle() with { KeyPem = cyrus.First!.Certificate.KeyPem });

        report.Reason.ShouldBe("KeyMismatch");
    }

    [Fact]
    public async Task Program_that_does_not_exist_is_refused_by_line()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var report = await RefusedAsync(cyrus, cyrus.NewBundle() with { ExtraService = "httpx cmd=\"httpx\" listen=\"127.0.0.1:8\"" });

        report.Reason.ShouldBe("ProgramMissing");
        report.Message.ShouldNotBeNull().ShouldContain("cyrus.conf line 10");
    }

    [Fact]
    public async Task Generation_that_cannot_be_proved_goes_back_and_is_tried_again_only_when_another_was_desired()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
        await session.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop);
        await session.CommandAsync("SELECT INBOX", Stop);
        await session.StartIdleAsync(Stop);
        using var squatter = new PortSquatter();
        var bad = squatter.BundleWithItsPort(cyrus);

        cyrus.Publish(bad);
        var report = await cyrus.WaitForAsync(seen => seen is { Phase: ReloadPhase.Failed, Rejected: not null } && seen.Served == seen.Active, Stop);

        report.Rejected.ShouldBe(bad.Digest);
        report.Active.ShouldBe(cyrus.First!.Digest);
        report.Served.ShouldBe(cyrus.First!.Digest);
        report.Reason.ShouldBe("ProofFailed");
        report.Message.ShouldNotBeNull().ShouldStartWith($"Service taken on port {squatter.Port}:");
        (await LeafAsync(cyrus)).ShouldBe(cyrus.First!.Certificate.LeafSha256);
        await session.EndIdleAsync(Stop);
        await session.CommandAsync("NOOP", Stop);
        await session.LogoutAsync(Stop);
        // What came back is looked at on the wire like everything else.
        var proofs = cyrus.EngineLog.Split('\n').Where(static line => line.Contains("proved on the wire", StringComparison.Ordinal));
        proofs.Count(line => line.Contains(cyrus.First!.Digest, StringComparison.Ordinal)).ShouldBe(2);

        var good = cyrus.NewBundle();
        cyrus.Publish(good);
        report = await cyrus.WaitForHealthyAsync(good, Stop);
        report.Rejected.ShouldBeNull();
        report.Reason.ShouldBeNull();
    }

    [Fact]
    public async Task Start_with_a_bad_current_bundle_serves_the_last_good_one()
    {
        await using var cyrus = await RealCyrus.CreateAsync(Stop);
        var good = cyrus.NewBundle();
        var bad = cyrus.NewBundle() with { ExtraImapdConf = "timeout: soon" };
        cyrus.Publish(bad, lastGood: good);

        (await cyrus.StageAsync(Stop)).ExitCode.ShouldBe(0);
        cyrus.StartMaster();
        cyrus.StartEngine();
        var report = await cyrus.WaitForAsync(seen => seen.Phase == ReloadPhase.Failed && seen.Served == good.Digest, Stop);

        report.Rejected.ShouldBe(bad.Digest);
        report.Active.ShouldBe(good.Digest);
        (await LeafAsync(cyrus)).ShouldBe(good.Certificate.LeafSha256);
    }

    [Fact]
    public async Task Start_with_an_expired_certificate_serves_it_when_there_is_no_other()
    {
        await using var cyrus = await RealCyrus.CreateAsync(Stop);
        var expired = cyrus.NewBundle() with
        {
            Certificate = TestCertificate.Create(TimeProvider.System.GetUtcNow(), validFor: TimeSpan.FromMinutes(-1)),
        };
        cyrus.Publish(expired);

        (await cyrus.StageAsync(Stop)).ExitCode.ShouldBe(0);
        cyrus.StartMaster();
        cyrus.StartEngine();

        await cyrus.WaitForHealthyAsync(expired, Stop);
        (await LeafAsync(cyrus)).ShouldBe(expired.Certificate.LeafSha256);
    }

    [Fact]
    public async Task Expired_certificate_is_refused_by_a_server_that_runs()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var report = await RefusedAsync(cyrus, cyrus.NewBundle() with
        {
            Certificate = TestCertificate.Create(TimeProvider.System.GetUtcNow(), validFor: TimeSpan.FromMinutes(-1)),
        });

        report.Reason.ShouldBe("CertificateExpired");
    }

    [Fact]
    public async Task Start_without_a_usable_bundle_fails_and_says_why()
    {
        await using var cyrus = await RealCyrus.CreateAsync(Stop);
        cyrus.Publish(cyrus.NewBundle() with { ExtraImapdConf = "timeout: soon" });

        var staged = await cyrus.StageAsync(Stop);

        staged.ExitCode.ShouldBe(1);
        staged.Output.ShouldContain("timeout");
        staged.Output.ShouldContain("There is no last-good bundle.");
    }

    /// <summary>A port that somebody else has: the master cannot open it, and no check before the flip can know.</summary>
    /// <param name="left">Bytes that are left: none, enough to stage but not for a trial worker's databases.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(64 * 1024)]
    [InlineData(512 * 1024)]
    public async Task Full_volume_is_reported_and_the_old_generation_goes_on_until_there_is_room(int left)
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, volumeMegabytes: 24);
        var filler = Path.Combine(cyrus.Layout.Run, "filler");
        Fill(filler, left);
        var bundle = cyrus.NewBundle();

        cyrus.Publish(bundle);
        var report = await cyrus.WaitForAsync(seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Reason.ShouldBe("StagingFailed");
        report.Message.ShouldNotBeNull().ShouldContain(cyrus.Layout.Run);
        report.Active.ShouldBe(cyrus.First!.Digest);
        (await LeafAsync(cyrus)).ShouldBe(cyrus.First!.Certificate.LeafSha256);

        File.Delete(filler);
        await cyrus.WaitForHealthyAsync(bundle, Stop);
    }

    /// <summary>Leaves so much on the file system and no more.</summary>
    private static void Fill(string path, int left)
    {
        using var file = File.Create(path);
        var zeros = new byte[4096];
        try
        {
            while (true)
                file.Write(zeros);
        }
        catch (IOException)
        {
            file.SetLength(file.Length - left); // it was full
        }
    }

    private static async Task<ReloadReport> RefusedAsync(RealCyrus cyrus, Bundle bad)
    {
        await using var session = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop);
        // Only our session is open: the last probes are over, and timsieved, which leaves after every session, has been replaced.
        await cyrus.UntilAsync(() => cyrus.Workers().Count(worker => worker.State != WorkerState.Idle) == 1, Stop);
        var before = cyrus.Workers();

        cyrus.Publish(bad);
        var report = await cyrus.WaitForAsync(seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Rejected.ShouldBe(bad.Digest);
        report.Active.ShouldBe(cyrus.First!.Digest);
        var after = cyrus.Workers().Select(worker => (worker.Pid, worker.Start)).ToHashSet();
        before.Where(worker => !after.Contains((worker.Pid, worker.Start))).ShouldBeEmpty("every worker lives on");
        (await LeafAsync(cyrus)).ShouldBe(cyrus.First!.Certificate.LeafSha256);
        await session.CommandAsync("CAPA", Stop);

        cyrus.Publish(cyrus.First!);
        await cyrus.WaitForHealthyAsync(cyrus.First!, Stop);
        return report;
    }

    private static async Task<string> LeafAsync(RealCyrus cyrus)
    {
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
        return session.LeafSha256;
    }
}
