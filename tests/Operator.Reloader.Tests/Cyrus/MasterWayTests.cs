using Operator.Entities.Contract;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>A change of cyrus.conf waits for a moment in which nobody is hurt.</summary>
[Trait("needs", "cyrus")]
public sealed class MasterWayTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Change_of_cyrus_conf_is_applied_at_once_when_nobody_is_connected()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var bundle = cyrus.NewBundle() with { Prefork = 12 };

        cyrus.Publish(bundle);
        await cyrus.WaitForHealthyAsync(bundle, Stop);

        await cyrus.UntilAsync(() => cyrus.Workers().Count(worker => worker.Service == "imap") >= 12, Stop);
        cyrus.EngineLog.ShouldContain("\"way\":\"Master\"");
    }

    [Fact]
    public async Task Change_of_cyrus_conf_waits_for_the_end_of_a_session()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var session = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop);
        var bundle = cyrus.NewBundle() with { Prefork = 12 };

        cyrus.Publish(bundle);
        var waiting = await cyrus.WaitForAsync(report => report.Phase == ReloadPhase.AwaitingQuiet, Stop);
        waiting.Active.ShouldBe(cyrus.First!.Digest, "nothing is live before the quiet moment");
        waiting.Message.ShouldNotBeNull().ShouldContain("1 session");
        await session.CommandAsync("QUIT", Stop);
        await session.DisposeAsync();

        (await cyrus.WaitForHealthyAsync(bundle, Stop)).PhaseSeconds.Keys.ShouldContain("AwaitingQuiet");
    }

    [Fact]
    public async Task Another_bundle_takes_the_place_of_one_that_waits_for_quiet()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await using var session = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop);
        cyrus.Publish(cyrus.NewBundle() with { Prefork = 12 });
        await cyrus.WaitForAsync(report => report.Phase == ReloadPhase.AwaitingQuiet, Stop);

        var another = cyrus.NewBundle();
        cyrus.Publish(another);

        await cyrus.WaitForHealthyAsync(another, Stop);
        await session.CommandAsync("CAPA", Stop);
    }

    [Fact]
    public async Task Session_in_idle_does_not_hold_it_up_and_survives()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await using var session = await ImapSession.OpenAsync(cyrus.Layout.Imaps, implicitTls: true, Stop);
        await session.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop);
        await session.CommandAsync("SELECT INBOX", Stop);
        await session.StartIdleAsync(Stop);
        var bundle = cyrus.NewBundle() with { Prefork = 12 };

        cyrus.Publish(bundle);
        var report = await cyrus.WaitForHealthyAsync(bundle, Stop);

        report.AtRisk.ShouldBe(0);
        report.Workers.Draining.ShouldBe(1);
        await session.EndIdleAsync(Stop);
        await session.LogoutAsync(Stop);
    }

    [Fact]
    public async Task When_it_may_proceed_it_signals_after_the_quiet_timeout_and_counts_who_was_at_risk()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await using var session = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop);
        cyrus.Settings = new ReloadSettings { QuietTimeoutSeconds = 1, WhenNotQuiet = NotQuietPolicy.Proceed };
        var bundle = cyrus.NewBundle() with { Prefork = 12 };

        cyrus.Publish(bundle);
        var report = await cyrus.WaitForHealthyAsync(bundle, Stop);

        report.AtRisk.ShouldBe(1);
        report.PhaseSeconds["AwaitingQuiet"].ShouldBeGreaterThan(0.9);
    }

    [Fact]
    public async Task When_it_may_roll_it_asks_for_a_restart_and_harms_nobody()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await using var session = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop);
        cyrus.Settings = new ReloadSettings { QuietTimeoutSeconds = 1, WhenNotQuiet = NotQuietPolicy.Roll };
        cyrus.Publish(cyrus.NewBundle() with { Prefork = 12 });

        var report = await cyrus.WaitForAsync(seen => seen.NeedsRestart, Stop);

        report.Phase.ShouldBe(ReloadPhase.AwaitingQuiet);
        report.Reason.ShouldBe("RestartNeeded");
        report.Active.ShouldBe(cyrus.First!.Digest);
        await session.CommandAsync("CAPA", Stop);
    }

    [Fact]
    public async Task Classic_way_signals_the_master_for_a_certificate_too()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        cyrus.Settings = new ReloadSettings { Signal = SignalWay.Master };
        var bundle = cyrus.NewBundle();

        cyrus.Publish(bundle);
        var report = await cyrus.WaitForHealthyAsync(bundle, Stop);

        report.Certificates.ShouldAllBe(certificate => certificate.Sha256 == bundle.Certificate.LeafSha256);
        cyrus.EngineLog.ShouldContain("\"way\":\"Master\"");
    }
}
