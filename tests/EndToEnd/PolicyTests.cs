using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>What spec.rollout says, and what a change of an option needs, on the cluster and as kubectl shows it.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class PolicyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Old_sessions_are_sent_away_when_the_policy_says_so()
    {
        await using var server = await MailServer.StartAsync("disconnect", Stop);
        await using var session = await LoggedInAsync(server);
        await server.ApplyAsync(Stop, moreImapdConf: "imapidlepoll: 1s", rollout: "{drain: {policy: Disconnect, afterSeconds: 5} }");
        await server.WaitAsync(MailServer.IsHealthy, Stop);

        // That session began under the first configuration, which says nothing of polls: it hears it at its next command.
        await server.WaitAsync(static one => one.Status!.Pods[0].Disconnected == 1, Stop);
        (await session.ReadToEndAsync("NOOP", Stop)).ShouldContain("* BYE");
        var drained = await server.WaitAsync(static one => one.Status!.Draining == 0, Stop);

        MailServer.IsHealthy(drained).ShouldBeTrue();
        await using var again = await LoggedInAsync(server);
    }

    [Fact]
    public async Task A_change_of_how_mail_is_kept_is_refused_on_a_server_that_has_mail()
    {
        await using var server = await MailServer.StartAsync("layout", Stop);
        var before = await server.PodAsync(Stop);
        var good = (await server.ReadAsync(Stop)).Status!.HealthyDigest;

        await server.ApplyAsync(Stop, moreImapdConf: "fulldirhash: yes");
        var refused = await server.WaitAsync(one => one.Status?.Rejected is not null && one.Status.TargetDigest == good, Stop);

        refused.Status!.Rejected!.Reason.ShouldBe("ConversionNeeded");
        refused.Status.Rejected.Message.ShouldContain("line 7: a change of fulldirhash");
        (await server.PodAsync(Stop)).Metadata.Uid.ShouldBe(before.Metadata.Uid);
        var story = await Kubectl.RunAsync(null, Stop, "describe", "cyrusserver", MailServer.Name, "-n", server.Namespace);
        story.ShouldContain("ConversionNeeded");
    }

    [Fact]
    public async Task A_pod_that_never_is_quiet_is_restarted_when_the_policy_says_so()
    {
        await using var server = await MailServer.StartAsync("roll", Stop);
        await using var session = await Pop3Session.OpenAsync(await server.AddressAsync(MailServer.Pop3, Stop), Stop);
        var before = await server.PodAsync(Stop);

        await server.ApplyAsync(Stop, imapPrefork: 3, rollout: "{whenNotQuiet: Roll, quietTimeoutSeconds: 1}");
        await server.WaitAsync(one => MailServer.IsHealthy(one) && one.Status!.LastRollout!.Outcome == "Healthy" && one.Status.HealthyDigest == one.Status.TargetDigest, Stop);

        (await server.PodAsync(Stop)).Metadata.Uid.ShouldNotBe(before.Metadata.Uid);
    }

    private static async Task<ImapSession> LoggedInAsync(MailServer server)
    {
        var session = await ImapSession.OpenAsync(await server.AddressAsync(MailServer.Imap, Stop), false, Stop);
        await session.LoginAsync("alice", MailServer.Password, Stop);
        return session;
    }
}
