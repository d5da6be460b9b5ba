using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>The thin path on real parts: a certificate and a configuration change under live sessions.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class RotationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changing_certificate_and_imapd_conf_drops_no_session_and_leaves_nothing_stale()
    {
        await using var server = await MailServer.StartAsync("rotation", Stop);
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        await using var connections = await NewConnections.StartAsync(server, Stop);
        var before = await server.PodAsync(Stop);
        await connections.MoreAsync(30, Stop);

        var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        await server.WriteSecretAsync(renewed, Stop);
        var rotated = await server.WaitAsync(MailServer.Serves(renewed), Stop);
        var healthyAt = NewConnections.Now();
        await sessions.GoOnAsync(Stop);
        await sessions.ResumeAsync(Stop);
        await connections.MoreAsync(60, Stop);
        await Expect_no_admin(server, "carol");

        await server.ApplyAsync(Stop, admins: "cyrus carol");
        var reconfigured = await server.WaitAsync(MailServer.IsHealthy, Stop);
        await Expect_admin(server, "carol");
        await sessions.GoOnAsync(Stop);
        await connections.MoreAsync(60, Stop);

        var attempts = await connections.StopAsync();
        attempts.Where(static attempt => attempt.Error is not null).ShouldBeEmpty();
        attempts.Where(attempt => attempt.Begun > healthyAt && attempt.LeafSha256 != renewed.LeafSha256).ShouldBeEmpty();
        foreach (var port in (int[])[MailServer.Imap, MailServer.Imaps, MailServer.Pop3])
            attempts.ShouldContain(attempt => attempt.Port == port && attempt.LeafSha256 == renewed.LeafSha256);
        reconfigured.Status!.HealthyDigest.ShouldNotBe(rotated.Status!.HealthyDigest);
        var after = await server.PodAsync(Stop);
        after.Metadata.Annotations![AnnotationKeys.Digest].ShouldBe(reconfigured.Status.HealthyDigest);
        after.Metadata.Annotations[AnnotationKeys.Digest].ShouldNotBe(before.Metadata.Annotations![AnnotationKeys.Digest]);
        Identity(after).ShouldBe(Identity(before));

        await Expect_that_kubectl_tells_it(server, reconfigured.Status.Digest!, rotated.Status.Digest!);

        // All the old sessions end at once: their workers leave, and nobody's health shakes.
        await sessions.DisposeAsync();
        var drained = await server.WaitAsync(static one => one.Status?.Draining == 0, Stop);
        Conditions.Find(drained.Status!.Conditions, "RolloutHealthy").ShouldBe(Conditions.Find(reconfigured.Status.Conditions, "RolloutHealthy"));
    }

    [Fact]
    public async Task A_key_that_does_not_match_is_never_loaded_and_the_condition_names_the_secret()
    {
        await using var server = await MailServer.StartAsync("mismatch", Stop);
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        await using var connections = await NewConnections.StartAsync(server, Stop);
        var good = server.Certificate;
        var before = await server.PodAsync(Stop);
        var other = TestCertificate.Create(TimeProvider.System.GetUtcNow());

        await server.WriteSecretAsync(other, Stop, key: good.KeyPem);
        var refused = await server.WaitAsync(
            static one => Conditions.IsTrue(one.Status?.Conditions, "Degraded") && !MailServer.IsHealthy(one), Stop);
        await connections.MoreAsync(60, Stop);
        await sessions.GoOnAsync(Stop);

        var degraded = Conditions.Find(refused.Status!.Conditions, "Degraded")!;
        degraded.Reason.ShouldBe("KeyMismatch");
        degraded.Message!.ShouldContain($"Secret {server.Namespace}/mail-tls: tls.key does not belong to the certificate in tls.crt");
        var attempts = await connections.StopAsync();
        attempts.Where(attempt => attempt.LeafSha256 != good.LeafSha256).ShouldBeEmpty();
        var after = await server.PodAsync(Stop);
        after.Metadata.Annotations.ShouldBe(before.Metadata.Annotations);
        Identity(after).ShouldBe(Identity(before));

        // And the way back: the right key, and all is well again.
        await server.WriteSecretAsync(other, Stop);
        await server.WaitAsync(MailServer.Serves(other), Stop);
    }

    [Fact]
    public async Task A_certificate_that_is_taken_back_at_once_is_not_served_once_the_server_is_healthy_again()
    {
        await using var server = await MailServer.StartAsync("back", Stop);
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        await using var connections = await NewConnections.StartAsync(server, Stop);
        var first = server.Certificate;
        var digest = (await server.ReadAsync(Stop)).Status!.HealthyDigest;

        for (var round = 0; round < 6; round++)
        {
            // The first one returns before the pod has the other one, while it takes it, or after.
            var other = TestCertificate.Create(TimeProvider.System.GetUtcNow());
            var asked = server.WaitAsync(one => one.Status!.TargetDigest != digest, Stop);
            await server.PatchSecretAsync(other, Stop);
            await asked;
            await Task.Delay(TimeSpan.FromMilliseconds(25 * round), TimeProvider.System, Stop);
            await server.PatchSecretAsync(first, Stop);
            await server.WaitAsync(one => one.Status!.TargetDigest == digest && MailServer.Serves(first)(one), Stop);
            var healthyAt = NewConnections.Now();
            await connections.MoreAsync(40, Stop);
            connections.Attempts.Where(attempt => attempt.Begun > healthyAt && attempt.LeafSha256 != first.LeafSha256).ShouldBeEmpty();
        }

        await sessions.GoOnAsync(Stop);
        (await connections.StopAsync()).Where(static attempt => attempt.Error is not null).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_value_that_Cyrus_refuses_fails_in_the_pod_and_the_last_good_configuration_returns()
    {
        await using var server = await MailServer.StartAsync("rollback", Stop);
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        var good = (await server.ReadAsync(Stop)).Status!.HealthyDigest;

        await server.ApplyAsync(Stop, moreImapdConf: "tls_ciphers: NOSUCHCIPHER");
        var refused = await server.WaitAsync(one => one.Status?.Rejected is not null && one.Status.TargetDigest == good, Stop);
        await sessions.GoOnAsync(Stop);

        refused.Status!.Rejected!.Reason.ShouldBe("PreflightFailed");
        refused.Status.Rejected.Message.ShouldContain("cipher list");
        refused.Status.HealthyDigest.ShouldBe(good);

        await server.ApplyAsync(Stop, moreImapdConf: "timeout: 45");
        var mended = await server.WaitAsync(MailServer.IsHealthy, Stop);
        mended.Status!.HealthyDigest.ShouldNotBe(good);
    }

    /// <summary>What a user sees: the columns of now, and the story of the <paramref name="past"/> rollout from its beginning.</summary>
    private static async Task Expect_that_kubectl_tells_it(MailServer server, string now, string past)
    {
        // All of this may take less than the time from one look of kubelet at a new pod's readiness to the next.
        await server.WaitAsync(static one => one.Status is { } status && Conditions.IsTrue(status.Conditions, "Ready"), Stop);
        var table = await Kubectl.RunAsync(null, Stop, "get", "cyrusservers", "-n", server.Namespace);
        var lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ShouldBe(["NAME", "READY", "HEALTHY", "DIGEST", "DRAINING", "CERT EXPIRES", "AGE"]);
        lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..4].ShouldBe([MailServer.Name, "True", "True", now]);

        var story = await Kubectl.RunAsync(null, Stop, "describe", "cyrusserver", MailServer.Name, "-n", server.Namespace);
        var places = new[] { $"Published configuration {past}", $"serves {past}, proved on the wire", $"pods serve {past}: " }
            .Select(text => story.LastIndexOf(text, StringComparison.Ordinal)).ToArray();
        places.ShouldNotContain(-1, story);
        places[0].ShouldBeLessThan(places[1..].Min(), story);
    }

    private static async Task Expect_admin(MailServer server, string user) =>
        (await TrySetAclAsync(server, user)).ShouldStartWith("OK");

    private static async Task Expect_no_admin(MailServer server, string user) =>
        (await TrySetAclAsync(server, user)).ShouldStartWith("NO");

    /// <summary>Only an admin sees a mailbox of someone else by this name, and may say who else sees it.</summary>
    private static async Task<string> TrySetAclAsync(MailServer server, string user)
    {
        await using var session = await ImapSession.OpenAsync(await server.AddressAsync(MailServer.Imap, Stop), false, Stop);
        await session.LoginAsync(user, MailServer.Password, Stop);
        return await session.TryCommandAsync("SETACL user/bob alice lrs", Stop);
    }

    private static string Identity(V1Pod pod) => string.Join(
        ' ',
        [
            pod.Metadata.Uid!,
            .. pod.Status!.ContainerStatuses!.OrderBy(static status => status.Name, StringComparer.Ordinal)
                .Select(static status => $"{status.Name}={status.ContainerID}/{status.RestartCount}"),
        ]);
}
