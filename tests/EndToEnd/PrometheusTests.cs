using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Cluster;
using Operator.Testing.Monitoring;

namespace EndToEnd;

/// <summary>
/// A real Prometheus scrapes the deployed operator and the mail pods, and its alerts fire on real faults and clear when they are mended. The rules are the
/// chart's with each <c>for</c> shortened to a second (<see cref="PrometheusServer"/>). It runs alone: others kill the operator that is scraped here.
/// </summary>
[Collection(OperatorCollection.Name)]
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
[Trait("needs", "prometheus")]
public sealed class PrometheusTests
{
    private const string OperatorSpace = "cyrus-system";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_reads_operator_and_sidecars_and_alerts_fire_on_faults_and_clear_when_they_are_mended()
    {
        await using var server = await MailServer.StartAsync("prometheus", Stop);
        await using var prometheus = await PrometheusServer.StartAsync(Stop, [await OperatorAsync(server), await PodAsync(server)]);
        var mail = $"namespace=\"{server.Namespace}\",name=\"{MailServer.Name}\"";
        var pod = $"namespace=\"{server.Namespace}\",pod=\"{MailServer.Name}-0\"";
        await Expect_that_all_is_told_and_nothing_fires(server, prometheus, mail, pod);

        await Expect_a_roll_back_to_be_told(server, prometheus, mail);
        await Expect_a_halt_to_be_told(server, prometheus, mail);
        await Expect_a_sidecar_that_hangs_to_be_told(server, prometheus, pod);
    }

    private static async Task Expect_that_all_is_told_and_nothing_fires(MailServer server, PrometheusServer prometheus, string mail, string pod)
    {
        await prometheus.WaitAsync("up == 1", static found => found.Count == 2, Stop);
        await prometheus.WaitAsync("cyrus_operator_build_info", static found => found.Count == 1, Stop);
        await prometheus.WaitAsync($"cyrus_reloader_build_info{{{pod}}}", static found => found.Count == 1, Stop);
        await prometheus.WaitAsync($"cyrus_operator_server_rollout_state{{{mail},state=\"healthy\"}} == 1", static found => found.Count == 1, Stop);

        var wire = await prometheus.QueryAsync($"min(cyrus_reloader_certificate_not_after_timestamp_seconds{{{pod}}})", Stop);
        var status = (await server.ReadAsync(Stop)).Status!;
        wire.ShouldHaveSingleItem().Value.ShouldBe(status.Certificate!.NotAfter.ToUnixTimeSeconds());
        var services = await prometheus.QueryAsync($"cyrus_reloader_workers{{{pod},state=\"fresh\"}} > 0", Stop);
        services.Select(static one => one.Labels["cyrus_service"]).ShouldBe(["imap", "imaps", "pop3"], ignoreOrder: true);
        // The certificate of a test does not live for long.
        (await prometheus.QueryAsync($"ALERTS{{namespace=\"{server.Namespace}\",alertname!=\"CyrusServedCertificateExpiresSoon\"}}", Stop)).ShouldBeEmpty();
        await Expect_promtool_to_be_content(await OperatorAsync(server));
        await Expect_promtool_to_be_content(await PodAsync(server));
    }

    private static async Task Expect_a_roll_back_to_be_told(MailServer server, PrometheusServer prometheus, string mail)
    {
        // Nothing is wrong with it as a text; the pod's trial worker cannot do a handshake with it.
        await server.ApplyAsync(Stop, moreImapdConf: "tls_ciphers: NOSUCHCIPHER");
        await server.WaitAsync(static one => one.Status is { Rejected: not null } status && status.TargetDigest == status.HealthyDigest, Stop);
        await prometheus.FiresAsync("CyrusRolledBack", mail, Stop);
        await prometheus.FiresAsync("CyrusDesiredNotServed", mail, Stop);
        await prometheus.WaitAsync($"cyrus_operator_rollouts_total{{{mail},outcome=\"returned\"}} == 1", static found => found.Count == 1, Stop);

        await server.ApplyAsync(Stop);
        await server.WaitAsync(MailServer.IsHealthy, Stop);
        await prometheus.ClearsAsync("CyrusRolledBack", mail, Stop);
        await prometheus.ClearsAsync("CyrusDesiredNotServed", mail, Stop);
    }

    private static async Task Expect_a_halt_to_be_told(MailServer server, PrometheusServer prometheus, string mail)
    {
        const string Quick = "{restart: {afterSeconds: 1, graceSeconds: 5} }";
        await server.ApplyAsync(Stop, rollout: Quick, more: "image: localhost/no-such-cyrus:1");
        await server.WaitAsync(static one => Conditions.Find(one.Status!.Conditions, "Degraded") is { Reason: "PodNotStarting" }, Stop);
        await prometheus.FiresAsync("CyrusRolloutHalted", mail, Stop);

        await server.ApplyAsync(Stop, rollout: Quick);
        await server.WaitAsync(static one => MailServer.IsHealthy(one) && one.Status!.ReadyReplicas == 1, Stop);
        await prometheus.ClearsAsync("CyrusRolloutHalted", mail, Stop);
    }

    private static async Task Expect_a_sidecar_that_hangs_to_be_told(MailServer server, PrometheusServer prometheus, string pod)
    {
        // The pod is another one since the halt.
        prometheus.Scrape(await OperatorAsync(server), await PodAsync(server));
        await prometheus.WaitAsync($"up{{{pod}}} == 1", static found => found.Count == 1, Stop);

        await SignalReloaderAsync(server, "STOP");
        await prometheus.FiresAsync("CyrusReloaderDown", pod, Stop);
        await SignalReloaderAsync(server, "CONT");
        await prometheus.ClearsAsync("CyrusReloaderDown", pod, Stop);
    }

    private static async Task Expect_promtool_to_be_content(ScrapeTarget target)
    {
        using var http = new HttpClient(new HttpClientHandler { UseProxy = false });
        var text = await http.GetStringAsync(new Uri($"http://{target.Address}/metrics"), Stop);
        (await Promtool.RunAsync(text, Stop, "check", "metrics")).ShouldBe((0, ""));
    }

    private static async Task<ScrapeTarget> OperatorAsync(MailServer server)
    {
        var options = new ListOptions { LabelSelector = "app.kubernetes.io/name=cyrus-operator" };
        var pods = await server.Client.ListAsync(Resources.Pods, OperatorSpace, options, Stop);
        var running = pods.Items.Single(static one => one is { Metadata.DeletionTimestamp: null, Status.Phase: "Running" });
        return new ScrapeTarget("operator", $"{running.Status!.PodIP}:8080", OperatorSpace, running.Metadata.Name!);
    }

    private static async Task<ScrapeTarget> PodAsync(MailServer server)
    {
        var pod = await server.PodAsync(Stop);
        return new ScrapeTarget("mail", $"{pod.Status!.PodIP}:{PodPaths.ReportPort}", server.Namespace, pod.Metadata.Name!);
    }

    /// <summary>To the engine, not to the guard that is the container's main process.</summary>
    private static Task<string> SignalReloaderAsync(MailServer server, string signal) => Kubectl.RunAsync(
        null,
        Stop,
        "exec", "-n", server.Namespace, MailServer.Name + "-0", "-c", "reloader", "--",
        "/bin/sh", "-c",
        $"for p in /proc/[0-9]*; do case \"$(readlink $p/exe)\" in */cyrus-reloader) kill -{signal} \"${{p#/proc/}}\";; esac; done");
}
