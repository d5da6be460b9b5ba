using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>A process of ours is killed in the middle of a rotation; the end is the same.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class CrashTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_the_operator_in_the_middle_of_a_rotation_ends_in_the_same_healthy_state()
    {
        await using var server = await MailServer.StartAsync("operator-killed", Stop);
        await RotateWhileAsync(server, IsProgressing, () => Kubectl.RunAsync(
            null, Stop, "delete", "pod", "-n", "cyrus-system", "-l", "app.kubernetes.io/name=cyrus-operator", "--grace-period=0", "--force"));
    }

    [Fact]
    public async Task Killing_the_reloader_in_the_middle_of_a_rotation_ends_in_the_same_healthy_state()
    {
        await using var server = await MailServer.StartAsync("reloader-killed", Stop);
        var before = await server.PodAsync(Stop);
        await RotateWhileAsync(server, IsConverging, () => KillReloaderAsync(server));

        var after = await server.PodAsync(Stop);
        after.Metadata.Uid.ShouldBe(before.Metadata.Uid);
        Restarts(after).ShouldBe(Restarts(before));
        var log = await Kubectl.RunAsync(null, Stop, "logs", "-n", server.Namespace, MailServer.Name + "-0", "-c", "reloader");
        log.ShouldContain("The engine ended; it is started again.");
        var mailLog = await Kubectl.RunAsync(null, Stop, "logs", "-n", server.Namespace, MailServer.Name + "-0", "-c", "cyrus");
        mailLog.ShouldContain("\"service\":\"imaps\",\"pid\":");
    }

    private static bool IsProgressing(CyrusServer server) => Conditions.IsTrue(server.Status?.Conditions, "Progressing");

    private static bool IsConverging(CyrusServer server) => server.Status?.Pods.Any(static pod => pod.Phase == ReloadPhase.Converging) == true;

    private async Task RotateWhileAsync(MailServer server, Func<CyrusServer, bool> isMiddle, Func<Task> fault)
    {
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        await using var connections = await NewConnections.StartAsync(server, Stop);
        await connections.MoreAsync(30, Stop);
        var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());

        var middle = server.WaitAsync(isMiddle, Stop);
        await server.WriteSecretAsync(renewed, Stop);
        await middle;
        await fault();
        output.WriteLine($"after the fault: {(await server.ReadAsync(Stop)).Status!.Pods[0]}");
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
