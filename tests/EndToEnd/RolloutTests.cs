using Operator.Kubernetes.Api;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>Three pods: a change reaches one first, and the others only when that one has served it for a while.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class RolloutTests(ITestOutputHelper output)
{
    private const int Replicas = 3;
    private const string Soaking = "{soakSeconds: 4}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_goes_by_canary_soak_and_pod_after_pod_a_bad_one_stops_at_the_canary_and_its_mending_rolls_on()
    {
        await using var server = await MailServer.StartAsync("canary", Stop, Replicas);
        await server.ApplyAsync(Stop, rollout: Soaking);
        await server.WaitAsync(MailServer.IsHealthy, Stop);
        var before = await server.PodsAsync(Stop);
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        await using var history = History.Of(server);

        await Expect_a_certificate_to_go_from_pod_to_pod(server, history);
        var bad = await Expect_a_bad_change_to_stop_at_the_canary(server);
        await Expect_a_retry_to_be_refused_again(server, bad);
        await server.ApplyAsync(Stop, rollout: Soaking, moreImapdConf: "timeout: 45");
        var mended = await server.WaitAsync(MailServer.IsHealthy, Stop);
        await sessions.GoOnAsync(Stop);

        mended.Status!.HealthyReplicas.ShouldBe(Replicas);
        mended.Status.Rejected.ShouldBeNull();
        history.AskedOf("mail-0").ShouldContain(bad);
        history.AskedOf("mail-1").ShouldNotContain(bad);
        history.AskedOf("mail-2").ShouldNotContain(bad);
        (await server.PodsAsync(Stop)).Select(static pod => pod.Metadata.Uid).ShouldBe(before.Select(static pod => pod.Metadata.Uid));
        await Expect_a_pod_that_comes_up_anew_to_be_proved_without_a_reload(server, before[2]);
    }

    private async Task Expect_a_certificate_to_go_from_pod_to_pod(MailServer server, History history)
    {
        var old = (await server.ReadAsync(Stop)).Status!.Digest!;
        var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        await server.WriteSecretAsync(renewed, Stop);
        var done = await server.WaitAsync(MailServer.Serves(renewed), Stop);

        // The history is a watch of its own, which may not have seen the end yet.
        var steps = history.Servers.Append(done).Select(static one => one.Status!)
            .Where(status => status.TargetDigest == done.Status!.TargetDigest)
            .Select(status => $"{Conditions.Find(status.Conditions, "Progressing")!.Reason}: {string.Join(' ', status.Pods.Select(pod => pod.Served == old ? "old" : "new"))}")
            .Distinct().ToList();
        output.WriteLine(string.Join('\n', steps));
        steps.ShouldContain("RolloutInProgress: old old old");
        steps.ShouldContain("CanarySoaking: new old old");
        steps.ShouldContain("RolloutInProgress: new new old");
        steps[^1].ShouldBe("RolloutComplete: new new new");
        steps.ShouldAllBe(static step => step.EndsWith("old old old") || step.EndsWith("new old old") || step.EndsWith("new new old") || step.EndsWith("new new new"));
        var rollout = done.Status!.LastRollout!;
        rollout.Canary.ShouldBe("mail-0");
        (rollout.CompletionTime - rollout.CanaryTime).ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(4));
    }

    /// <returns>The digest that was rejected.</returns>
    private static async Task<string> Expect_a_bad_change_to_stop_at_the_canary(MailServer server)
    {
        var good = (await server.ReadAsync(Stop)).Status!.HealthyDigest;
        await server.ApplyAsync(Stop, rollout: Soaking, moreImapdConf: "tls_ciphers: NOSUCHCIPHER");
        var halted = await server.WaitAsync(one => one.Status?.Rejected is not null && one.Status.TargetDigest == good && one.Status.HealthyReplicas == Replicas, Stop);

        halted.Status!.Rejected!.Message.ShouldStartWith("Pod mail-0: ");
        Conditions.IsTrue(halted.Status.Conditions, "Degraded").ShouldBeTrue();
        Conditions.IsTrue(halted.Status.Conditions, "Ready").ShouldBeTrue();
        for (var ordinal = 0; ordinal < Replicas; ordinal++)
        {
            await using var session = await ImapSession.OpenAsync(await server.AddressAsync(MailServer.Imaps, Stop, ordinal), true, Stop);
            session.LeafSha256.ShouldBe(server.Certificate.LeafSha256);
            await session.LoginAsync("carol", MailServer.Password, Stop);
        }
        return halted.Status.Rejected.Digest;
    }

    private static async Task Expect_a_retry_to_be_refused_again(MailServer server, string bad)
    {
        await Kubectl.RunAsync(null, Stop, "annotate", "cyrusserver", MailServer.Name, "-n", server.Namespace, "cyrus-operator.dev/retry=once-more");
        var again = await server.WaitAsync(static one => one.Status?.Rejected?.Retry == "once-more" && one.Status.TargetDigest == one.Status.HealthyDigest, Stop);

        again.Status!.Rejected!.Digest.ShouldBe(bad);
    }

    private static async Task Expect_a_pod_that_comes_up_anew_to_be_proved_without_a_reload(MailServer server, V1Pod gone)
    {
        await Kubectl.RunAsync(null, Stop, "delete", "pod", gone.Metadata.Name!, "-n", server.Namespace);
        await server.WaitAsync(static one => one.Status!.HealthyReplicas < Replicas, Stop);
        await server.WaitAsync(static one => MailServer.IsHealthy(one) && one.Status!.ReadyReplicas == Replicas, Stop);

        (await server.PodAsync(Stop, 2)).Metadata.Uid.ShouldNotBe(gone.Metadata.Uid);
        var log = await Kubectl.RunAsync(null, Stop, "logs", gone.Metadata.Name!, "-n", server.Namespace, "-c", "reloader");
        log.ShouldContain("Generation proved on the wire.");
        log.ShouldNotContain("Generation activated.");
    }
}
