using Operator.Entities.Contract;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Drain policy Disconnect: old sessions hear BYE from Cyrus itself, new ones of the same user hear nothing.</summary>
[Trait("needs", "cyrus")]
public sealed class DisconnectTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Old_sessions_are_told_to_go_and_the_user_may_come_back_at_once()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { ExtraImapdConf = "imapidlepoll: 1" });
        await using var waiting = await LoggedInAsync(cyrus);
        await using var idling = await LoggedInAsync(cyrus);
        await idling.CommandAsync("SELECT INBOX", Stop);
        await idling.StartIdleAsync(Stop);

        var bundle = cyrus.NewBundle();
        cyrus.Settings = new() { Drain = DrainPolicy.Disconnect, DisconnectAfterSeconds = 1, DisconnectGraceSeconds = 3600 };
        cyrus.Publish(bundle);
        await cyrus.WaitForAsync(static report => report.Disconnected.Told == 2, Stop);

        await idling.ReadUntaggedAsync("please connect again", Stop);
        (await waiting.ReadToEndAsync("NOOP", Stop)).ShouldContain("* BYE");
        await using var fresh = await LoggedInAsync(cyrus);
        await fresh.CommandAsync("NOOP", Stop);
        var report = await cyrus.WaitForAsync(static report => report.Workers.Draining == 0, Stop);
        report.Disconnected.ShouldBe(new DisconnectedSessions(2, 0));
        report.IsHealthyFor(bundle.Digest).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_cannot_hear_it_is_ended_after_the_grace()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await using var silent = await LoggedInAsync(cyrus);
        await using var unknown = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop); // has no user yet

        cyrus.Settings = new() { Drain = DrainPolicy.Disconnect, DisconnectAfterSeconds = 1, DisconnectGraceSeconds = 1 };
        cyrus.Publish(cyrus.NewBundle());
        var report = await cyrus.WaitForAsync(static report => report is { Disconnected.Terminated: 2, Workers.Draining: 0 }, Stop);

        report.Disconnected.ShouldBe(new DisconnectedSessions(1, 2));
    }

    [Fact]
    public async Task A_generation_that_is_wanted_again_denies_nobody_any_more()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var first = cyrus.First!;
        var second = cyrus.NewBundle();
        cyrus.Settings = new() { Drain = DrainPolicy.Disconnect, DisconnectAfterSeconds = 1, DisconnectGraceSeconds = 3600 };
        await using (var old = await LoggedInAsync(cyrus))
        {
            cyrus.Publish(second);
            await cyrus.WaitForAsync(static report => report.Disconnected.Told == 1, Stop);
            cyrus.Publish(first);
            await cyrus.WaitForHealthyAsync(first, Stop);
        }

        await using var again = await LoggedInAsync(cyrus);
        await again.CommandAsync("NOOP", Stop);
    }

    private static async Task<ImapSession> LoggedInAsync(RealCyrus cyrus)
    {
        var session = await ImapSession.OpenAsync(cyrus.Layout.Imap, implicitTls: false, Stop);
        await session.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop);
        return session;
    }
}
