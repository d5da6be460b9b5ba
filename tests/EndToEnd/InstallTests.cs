using System.Diagnostics;
using Operator.Testing;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>The ways by which the operator comes to a cluster and goes, with a server that has live sessions all the while.</summary>
[Collection(OperatorCollection.Name)]
[Trait("needs", "helm")]
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class InstallTests(ITestOutputHelper output)
{
    private const string Chart = "charts/cyrus-operator", Crd = "crd/cyrusservers.cyrus-operator.dev";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Test_upgrade_uninstall_and_every_way_to_install_leave_the_sessions_alone()
    {
        await using var release = await DeployedRelease.OfAsync(Stop);
        await using var server = await MailServer.StartAsync("install", Stop);
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        var before = await server.PodAsync(Stop);

        await Expect_the_API_server_to_take_all_that_the_chart_can_make();
        await ExpectAsync("helm test passes", TestPassesAsync, server, sessions);
        await ExpectAsync("helm test fails without an operator", () => TestFailsAsync(release), server, sessions);
        await ExpectAsync("helm upgrade from the chart before this one", () => UpgradeAsync(release), server, sessions);
        await Expect_the_webhook_to_answer(server);
        await ExpectAsync("helm uninstall, and kubectl apply -k config/", ReplaceByKustomizationAsync, server, sessions);
        await ExpectAsync("helm install for two namespaces only", () => InstallForNamespacesAsync(release, server.Namespace), server, sessions);

        var after = await server.PodAsync(Stop);
        after.Metadata.Uid.ShouldBe(before.Metadata.Uid);
        after.Status!.ContainerStatuses!.ShouldAllBe(static one => one.RestartCount == 0);
    }

    /// <summary>Does it, and looks whether the server still takes a new certificate, and its sessions go on.</summary>
    private async Task ExpectAsync(string what, Func<Task> act, MailServer server, LiveSessions sessions)
    {
        var clock = Stopwatch.StartNew();
        await act();
        var acted = clock.Elapsed;
        var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        await server.PatchSecretAsync(renewed, Stop);
        await server.WaitAsync(MailServer.Serves(renewed), Stop);
        await sessions.GoOnAsync(Stop);
        await sessions.ResumeAsync(Stop);
        output.WriteLine($"{what}: {acted.TotalSeconds:0.0} s, and {(clock.Elapsed - acted).TotalSeconds:0.0} s until a new certificate is served");
    }

    private async Task TestPassesAsync()
    {
        await Helm.RunAsync(Stop, "test", DeployedRelease.Name, "--namespace", DeployedRelease.Namespace, "--timeout", "5m");
        var said = await Kubectl.RunAsync(null, Stop, "-n", DeployedRelease.Namespace, "logs", $"pod/{DeployedRelease.Name}-test");
        output.WriteLine(said);
        said.ShouldContain("the session from before goes on");
        var left = await Kubectl.RunAsync(
            null, Stop, "-n", DeployedRelease.Namespace, "get", "cyrusservers,secrets,serviceaccounts,roles,rolebindings", "-o", "name");
        left.ShouldNotContain($"{DeployedRelease.Name}-test", Case.Sensitive, "what the test made is gone with it, but for the pod and its log");
    }

    /// <summary>With no operator at work, the test must not pass; and it says what is amiss.</summary>
    private static async Task TestFailsAsync(DeployedRelease release)
    {
        await release.InstallAsync(Repository.PathOf(Chart), Stop, "--set", "replicas=0", "--set", "test.timeoutSeconds=30");
        await DeployedRelease.UntilGoneAsync(Stop);
        await Should.ThrowAsync<InvalidOperationException>(
            () => Helm.RunAsync(Stop, "test", DeployedRelease.Name, "--namespace", DeployedRelease.Namespace, "--timeout", "2m"));
        var said = await Kubectl.RunAsync(null, Stop, "-n", DeployedRelease.Namespace, "logs", $"pod/{DeployedRelease.Name}-test");
        said.ShouldContain("FAILED: it took more than 30 s; the operator has not said anything of the server");
        (await Kubectl.RunAsync(null, Stop, "-n", DeployedRelease.Namespace, "get", "cyrusservers", "-o", "name")).ShouldBeEmpty();
        await release.InstallAsync(Repository.PathOf(Chart), Stop);
    }

    /// <summary>Every value that has a golden file, but for the kinds of Prometheus' operator, which this cluster does not serve, and the test, which runs.</summary>
    private static async Task Expect_the_API_server_to_take_all_that_the_chart_can_make()
    {
        var made = await Helm.RunAsync(
            Stop,
            "template", "everything", Repository.PathOf(Chart), "--namespace", DeployedRelease.Namespace, "--kube-version", "1.20.2", "--set", "crds.enabled=false",
            "--values", Repository.PathOf("tests/Operator.Tests/Charts/Golden/everything.values.yaml"), "--set", "metrics.serviceMonitor.enabled=false",
            "--set", "dashboard.enabled=true", "--skip-tests");
        await Kubectl.RunAsync(made, Stop, "apply", "--server-side", "--dry-run=server", "-f", "-");
    }

    private async Task UpgradeAsync(DeployedRelease release)
    {
        var folder = Directory.CreateTempSubdirectory("cyrus-chart-");
        if (await PreviousChart.UnpackAsync(folder.FullName, Stop) is { } previous)
            await release.InstallAsync(previous, Stop);
        else
            output.WriteLine("git knows no earlier chart here: the upgrade is one of the values only");
        folder.Delete(recursive: true);
        // Other images by name, as a new version has them: for what is already running they must not matter.
        await release.InstallAsync(
            Repository.PathOf(Chart),
            Stop,
            "--set", "image.reloader.tag=next", "--set", "image.server.tag=next", "--set", "podAnnotations.version=next", "--set", "replicas=2",
            "--set", "webhook.enabled=true", "--set", "webhook.failurePolicy=Fail");
    }

    private static async Task Expect_the_webhook_to_answer(MailServer server)
    {
        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => server.ApplyAsync(Stop, moreImapdConf: "timeout: soon"));
        refusal.Message.ShouldContain("admission webhook");
        refusal.Message.ShouldContain("line 7");
        // Of an edit that passes it is told beforehand what it will cost, as a warning on stderr, and nothing is written.
        var before = (await server.ReadAsync(Stop)).Metadata.Generation;
        var said = await Tool.TryAsync(
            LocalCluster.Kubectl, null, Stop,
            "-n", server.Namespace, "patch", "cyrusserver", MailServer.Name, "--dry-run=server", "--type=merge", "--patch", """{"spec":{"pod":{"labels":{"team":"mail"}}}}""");
        said.ExitCode.ShouldBe(0, said.Errors);
        said.Errors.ShouldContain("Warning: This change restarts the pods, one by one");
        (await server.ReadAsync(Stop)).Metadata.Generation.ShouldBe(before);
    }

    private static async Task ReplaceByKustomizationAsync()
    {
        await DeployedRelease.UninstallAsync(Stop);
        (await Kubectl.RunAsync(null, Stop, "get", Crd, "-o", "name")).ShouldContain("cyrusservers", Case.Sensitive, "the CRD stays, and so do the servers");
        await Kubectl.RunAsync(null, Stop, "apply", "-k", Repository.PathOf("config"));
        await Kubectl.RunAsync(null, Stop, "-n", DeployedRelease.Namespace, "rollout", "status", "deployment/cyrus-operator", "--timeout=120s");
    }

    private static async Task InstallForNamespacesAsync(DeployedRelease release, string space)
    {
        await DeployedRelease.RemoveKustomizationAsync(Stop);
        await release.InstallAsync(Repository.PathOf(Chart), Stop, "--set", $"watchNamespaces={{{space},kube-public}}");
        await RightsTests.ExpectAsync("namespaced-watched", space);
        await RightsTests.ExpectAsync("namespaced-own", DeployedRelease.Namespace);
        await RightsTests.ExpectAsync("namespaced-other", "default");
    }
}
