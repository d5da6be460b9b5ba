using Operator.Kubernetes.Api;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>What only a restart brings into force: one pod after the other, and sessions are told to go first.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class RestartTests
{
    private const int Replicas = 3;
    private const string Quick = "{restart: {afterSeconds: 1, graceSeconds: 30} }";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_option_that_only_a_new_master_reads_restarts_pod_after_pod_and_each_session_hears_bye()
    {
        await using var server = await MailServer.StartAsync("restart", Stop, Replicas);
        await server.ApplyAsync(Stop, rollout: Quick, moreImapdConf: "imapidlepoll: 1s");
        await server.WaitAsync(MailServer.IsHealthy, Stop);
        var before = await server.PodsAsync(Stop);
        await using var history = History.Of(server);
        var farewells = await Task.WhenAll(Enumerable.Range(0, Replicas).Select(ordinal => IdleAsync(server, ordinal)));

        await server.ApplyAsync(Stop, rollout: Quick, moreImapdConf: "imapidlepoll: 1s\n    debug: yes");
        var done = await server.WaitAsync(static one => MailServer.IsHealthy(one) && one.Status!.OutdatedReplicas == 0, Stop);

        foreach (var farewell in farewells)
            (await farewell).ShouldContain("* BYE");
        history.MostAwayAtOnce(Replicas).ShouldBe(1);
        done.Status!.Pods.ShouldAllBe(static pod => pod.PendingRestart == null);
        var after = await server.PodsAsync(Stop);
        after.Select(static pod => pod.Metadata.Uid).Intersect(before.Select(static pod => pod.Metadata.Uid)).ShouldBeEmpty();
        var reasons = history.Servers.Select(static one => Conditions.Find(one.Status!.Conditions, "RolloutHealthy")!.Reason).ToList();
        reasons.ShouldContain("RestartInProgress");
        reasons.IndexOf("RolloutInProgress").ShouldBeLessThan(reasons.IndexOf("RestartInProgress"));

        await Expect_an_image_that_is_not_there_to_cost_one_pod_only(server, after);
    }

    private static async Task Expect_an_image_that_is_not_there_to_cost_one_pod_only(MailServer server, V1Pod[] before)
    {
        const string Conf = "imapidlepoll: 1s\n    debug: yes";
        await server.ApplyAsync(Stop, rollout: Quick, moreImapdConf: Conf, more: "image: localhost/no-such-cyrus:1");
        var stuck = await server.WaitAsync(static one => Conditions.Find(one.Status!.Conditions, "Degraded") is { Reason: "PodNotStarting" }, Stop);
        await server.ApplyAsync(Stop, rollout: Quick, moreImapdConf: Conf);
        var mended = await server.WaitAsync(static one => MailServer.IsHealthy(one) && one.Status!.ReadyReplicas == Replicas, Stop);

        Conditions.Find(stuck.Status!.Conditions, "Degraded")!.Message!.ShouldStartWith("Pod mail-0: container stage is waiting: ");
        Conditions.IsTrue(mended.Status!.Conditions, "Degraded").ShouldBeFalse();
        (await server.PodsAsync(Stop))[1..].Select(static pod => pod.Metadata.Uid).ShouldBe(before[1..].Select(static pod => pod.Metadata.Uid));
        var story = await Kubectl.RunAsync(null, Stop, "describe", "cyrusserver", MailServer.Name, "-n", server.Namespace);
        story.ShouldContain("PodRestarting");
    }

    /// <returns>What a session in IDLE is told until its end.</returns>
    private static async Task<Task<string>> IdleAsync(MailServer server, int ordinal)
    {
        var session = await ImapSession.OpenAsync(await server.AddressAsync(MailServer.Imap, Stop, ordinal), false, Stop);
        await session.LoginAsync("alice", MailServer.Password, Stop);
        await session.CommandAsync("SELECT INBOX", Stop);
        await session.StartIdleAsync(Stop);
        return EndAsync(session);
    }

    private static async Task<string> EndAsync(ImapSession session)
    {
        await using (session)
            return await session.ReadToEndAsync(Stop);
    }
}
