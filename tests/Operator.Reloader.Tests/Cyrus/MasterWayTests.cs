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
}
