using Operator.Kubernetes.Api;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>A process of ours is killed in the middle of a rotation; the end is the same.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class CrashTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_the_operator_in_the_middle_of_a_rotation_ends_in_the_same_healthy_state()
    {
        await using var server = await MailServer.StartAsync("operator-killed", Stop);
        await RotateWhileAsync(server, () => Kubectl.RunAsync(
            null, Stop, "delete", "pod", "-n", "cyrus-system", "-l", "app.kubernetes.io/name=cyrus-operator", "--grace-period=0", "--force"));
    }

    [Fact]
    public async Task Killing_the_reloader_in_the_middle_of_a_rotation_ends_in_the_same_healthy_state()
    {
        await using var server = await MailServer.StartAsync("reloader-killed", Stop);
        var before = await server.PodAsync(Stop);
        await RotateWhileAsync(server, () => KillReloaderAsync(server));

        var after = await server.PodAsync(Stop);
        after.Metadata.Uid.ShouldBe(before.Metadata.Uid);
        Restarts(after).ShouldBe(Restarts(before));
    }

    private static async Task RotateWhileAsync(MailServer server, Func<Task> fault)
    {
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        await using var connections = await NewConnections.StartAsync(server, Stop);
        await connections.MoreAsync(30, Stop);
        var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());

        // The fault comes as soon as the change is seen to be under way, or right after the write when that was missed.
        var underWay = server.WaitAsync(static one => Conditions.IsTrue(one.Status?.Conditions, "Progressing"), Stop);
        await server.WriteSecretAsync(renewed, Stop);
        await Task.WhenAny(underWay, server.WaitAsync(MailServer.Serves(renewed), Stop));
        await fault();
        await server.WaitAsync(MailServer.Serves(renewed), Stop);
        var healthyAt = NewConnections.Now();
        await connections.MoreAsync(60, Stop);
        await sessions.GoOnAsync(Stop);

        var attempts = await connections.StopAsync();
        attempts.Where(static attempt => attempt.Error is not null).ShouldBeEmpty();
        attempts.Where(attempt => attempt.Begun > healthyAt && attempt.LeafSha256 != renewed.LeafSha256).ShouldBeEmpty();
    }

    /// <summary>Kills the engine, not the guard that is the container's main process.</summary>
    private static Task<string> KillReloaderAsync(MailServer server) => Kubectl.RunAsync(
        null,
        Stop,
        "exec", "-n", server.Namespace, MailServer.Name + "-0", "-c", "reloader", "--",
        "/bin/sh", "-c",
        "for p in /proc/[0-9]*; do case \"$(readlink $p/exe)\" in */cyrus-reloader) kill -9 \"${p#/proc/}\";; esac; done");

    private static string Restarts(V1Pod pod) => string.Join(
        ' ', pod.Status!.ContainerStatuses!.Select(static status => $"{status.Name}={status.RestartCount}").Order(StringComparer.Ordinal));
}
