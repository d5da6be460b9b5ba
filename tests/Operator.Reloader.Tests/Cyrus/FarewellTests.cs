using System.Net.NetworkInformation;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>The end of a pod: sessions may end by themselves, then the real server tells them to go.</summary>
[Trait("needs", "cyrus")]
public sealed class FarewellTests
{
    private const string Notice = "The server is restarted; please connect again";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_sessions_the_pod_may_end_as_soon_as_nobody_can_come_any_more()
    {
        await using var cyrus = await StartAsync(afterSeconds: 3600, graceSeconds: 3600);

        await SeenOffAsync(cyrus.StartDrain(), endedThemselves: 0, told: 0, cut: 0);

        File.Exists(NoticeOf(cyrus)).ShouldBeFalse();
    }

    [Fact]
    public async Task Sessions_that_end_by_themselves_are_told_nothing()
    {
        await using var cyrus = await StartAsync(afterSeconds: 3600, graceSeconds: 3600);
        await using var imap = await LoggedInAsync(cyrus);
        await using var pop3 = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop);
        await InSessionAsync(cyrus, 2);
        var drain = cyrus.StartDrain();
        await IsWaitingAsync(cyrus, drain);

        await pop3.CommandAsync("QUIT", Stop);
        await InSessionAsync(cyrus, 1);
        await imap.CommandAsync("NOOP", Stop);
        await imap.LogoutAsync(Stop);

        await SeenOffAsync(drain, endedThemselves: 2, told: 0, cut: 0);
        File.Exists(NoticeOf(cyrus)).ShouldBeFalse();
    }

    [Fact]
    public async Task Sessions_of_every_kind_are_told_to_go_and_so_is_who_comes()
    {
        await using var cyrus = await StartAsync(afterSeconds: 0, graceSeconds: 3600);
        await using var idling = await LoggedInAsync(cyrus);
        await idling.CommandAsync("SELECT INBOX", Stop);
        await idling.StartIdleAsync(Stop);
        await using var waiting = await LoggedInAsync(cyrus);
        await using var pop3 = await Pop3Session.OpenAsync(cyrus.Layout.Pop3, Stop);
        await pop3.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop);
        await using var lmtp = await MailConnection.OpenAsync(cyrus.Layout.Lmtp, tls: false, Stop);
        await lmtp.ReadLineAsync(Stop); // the greeting
        await lmtp.WriteAsync("LHLO mail.test\r\n", Stop);
        while (!(await lmtp.ReadLineAsync(Stop)).StartsWith("250 ", StringComparison.Ordinal))
        {
            // What it offers.
        }
        await InSessionAsync(cyrus, 4);

        var drain = cyrus.StartDrain();
        await cyrus.UntilAsync(() => File.Exists(NoticeOf(cyrus)), Stop);

        await idling.ReadUntaggedAsync(Notice, Stop);
        (await waiting.ReadToEndAsync("NOOP", Stop)).ShouldContain($"* BYE [ALERT] {Notice}");
        await pop3.CommandAsync("NOOP", Stop); // pop3d looks before it waits for a command: this one is still answered
        (await pop3.ReadLineAsync(Stop)).ShouldBe($"-ERR [SYS/TEMP] {Notice}");
        await lmtp.WriteAsync("MAIL FROM:<bob@mail.test>\r\n", Stop);
        (await lmtp.ReadLineAsync(Stop)).ShouldBe($"421 4.3.2 {Notice}");
        await using var late = await LoggedInAsync(cyrus);
        (await late.ReadToEndAsync("NOOP", Stop)).ShouldContain("* BYE");
        await SeenOffAsync(drain, endedThemselves: 0, told: null, cut: 0);
    }

    [Fact]
    public async Task Who_hears_nothing_is_left_to_be_cut_after_the_grace()
    {
        await using var cyrus = await StartAsync(afterSeconds: 0, graceSeconds: 1);
        await using var silent = await LoggedInAsync(cyrus);
        await InSessionAsync(cyrus, 1);

        await SeenOffAsync(cyrus.StartDrain(), endedThemselves: 0, told: 1, cut: 1);
    }

    [Fact]
    public async Task A_change_of_the_times_counts_while_sessions_are_waited_for()
    {
        await using var cyrus = await StartAsync(afterSeconds: 3600, graceSeconds: 3600);
        await using var silent = await LoggedInAsync(cyrus);
        await InSessionAsync(cyrus, 1);
        var drain = cyrus.StartDrain();
        await IsWaitingAsync(cyrus, drain);

        cyrus.Settings = new() { RestartAfterSeconds = 0, RestartGraceSeconds = 0 };
        cyrus.Publish(cyrus.First!);

        await SeenOffAsync(drain, endedThemselves: 0, told: 1, cut: 1);
    }

    [Fact]
    public async Task The_next_server_greets_whether_its_pod_is_new_or_only_its_master()
    {
        await using var cyrus = await StartAsync(afterSeconds: 0, graceSeconds: 0);
        await SendAwayAsync(cyrus);
        await cyrus.StopMasterAsync();
        (await cyrus.StageAsync(Stop)).ExitCode.ShouldBe(0);
        File.Exists(NoticeOf(cyrus)).ShouldBeFalse();

        cyrus.StartMaster();
        await cyrus.UntilAsync(() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Contains(cyrus.Layout.Imap), Stop);
        await SendAwayAsync(cyrus);
        await cyrus.StopMasterAsync();
        cyrus.StartMaster(); // kubelet started the container again; the sidecar runs on

        await cyrus.WaitForAsync(_ => !File.Exists(NoticeOf(cyrus)), Stop);
        await using var session = await LoggedInAsync(cyrus);
    }

    private static async Task SendAwayAsync(RealCyrus cyrus)
    {
        await using var session = await LoggedInAsync(cyrus);
        await InSessionAsync(cyrus, 1);
        await SeenOffAsync(cyrus.StartDrain(), endedThemselves: 0, told: 1, cut: 1);
        File.Exists(NoticeOf(cyrus)).ShouldBeTrue();
    }

    private static async Task<RealCyrus> StartAsync(int afterSeconds, int graceSeconds)
    {
        var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { ExtraImapdConf = "imapidlepoll: 1" });
        cyrus.Settings = new() { RestartAfterSeconds = afterSeconds, RestartGraceSeconds = graceSeconds };
        cyrus.Publish(cyrus.First!);
        await cyrus.WaitForHealthyAsync(cyrus.First!, Stop);
        await InSessionAsync(cyrus, 0); // the proof's connections are gone
        return cyrus;
    }

    private static async Task SeenOffAsync(Child drain, int endedThemselves, int? told, int cut)
    {
        using (drain)
        {
            await drain.WaitAsync(Stop);
            drain.ExitCode.ShouldBe(0, drain.Output);
            drain.Output.ShouldContain($"\"endedThemselves\":\"{endedThemselves}\"");
            drain.Output.ShouldContain($"\"told\":\"{told}");
            drain.Output.ShouldContain($"\"cut\":\"{cut}\"");
        }
    }

    /// <summary>Until it has looked: what ended before that would not count.</summary>
    private static Task IsWaitingAsync(RealCyrus cyrus, Child drain) =>
        cyrus.UntilAsync(() => drain.Output.Contains("its sessions may end", StringComparison.Ordinal), Stop);

    private static Task InSessionAsync(RealCyrus cyrus, int count) =>
        cyrus.UntilAsync(() => cyrus.Workers().Count(static worker => worker.State == Operator.Reloader.Processes.WorkerState.InSession) == count, Stop);

    private static string NoticeOf(RealCyrus cyrus) => Path.Combine(cyrus.Layout.ConfigDirectory, "msg", "shutdown");

    private static async Task<ImapSession> LoggedInAsync(RealCyrus cyrus)
    {
        var session = await ImapSession.OpenAsync(cyrus.Layout.Imap, implicitTls: false, Stop);
        await session.LoginAsync(RealCyrus.User, RealCyrus.Password, Stop);
        return session;
    }
}
