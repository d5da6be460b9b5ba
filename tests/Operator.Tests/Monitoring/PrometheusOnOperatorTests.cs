using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Operator.Entities.Contract;
using Operator.Hosting;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Servers.Status;
using Operator.Servers.Telemetry;
using Operator.Testing.Kubernetes;
using Operator.Testing.Monitoring;
using Operator.Tests.Servers;

namespace Operator.Tests.Monitoring;

/// <summary>A real Prometheus scrapes the operator's host; the servers are told to it as the reconciler would.</summary>
[Trait("needs", "prometheus")]
public sealed class PrometheusOnOperatorTests : IAsyncDisposable
{
    private const string Digest = "0123456789abcdef";
    private const string Server = "namespace=\"post\",name=\"mail\"";
    private readonly FakeApiServer api = new();
    private readonly WebApplication app;

    public PrometheusOnOperatorTests()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var config = new KubernetesClientConfig { Server = new Uri("http://fake") };
        builder.Services.AddSingleton<IKubernetesClient>(_ => new KubernetesClient(config, TimeProvider.System, api));
        builder.Services.AddKubernetes();
        builder.AddMetrics();
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddInformer(Resources.ConfigMaps);
        app = builder.Build();
        app.MapHealthAndMetrics();
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        api.Dispose();
    }

    [Fact]
    public async Task Prometheus_reads_the_operator_and_its_alerts_fire_and_clear_with_the_servers()
    {
        await app.StartAsync(Stop);
        var address = new Uri(app.Urls.Single()).Authority;
        var metrics = app.Services.GetRequiredService<ServerMetrics>();
        await using var prometheus = await PrometheusServer.StartAsync(Stop, new ScrapeTarget("operator", address, "cyrus-system", "operator-0"));
        await prometheus.FiresAsync("CyrusOperatorDown", "severity=\"warning\"", Stop);
        var build = await prometheus.WaitAsync("cyrus_operator_build_info", static found => found.Count == 1, Stop);
        await prometheus.ClearsAsync("CyrusOperatorDown", "severity=\"warning\"", Stop);

        See(metrics, Make.Refused(Digest));
        var halted = await prometheus.FiresAsync("CyrusRolloutHalted", Server, Stop);
        See(metrics, Make.Report(ReloadPhase.Healthy, Digest));
        await prometheus.ClearsAsync("CyrusRolloutHalted", Server, Stop);
        var draining = await prometheus.QueryAsync($"cyrus_operator_server_pods{{{Server},state=\"healthy\"}}", Stop);
        metrics.Forget(new ObjectKey("post", "mail"));
        await prometheus.WaitAsync($"cyrus_operator_server_info{{{Server}}}", static found => found.Count == 0, Stop);

        build[0].Labels["dotnet"].ShouldBe(Environment.Version.ToString());
        halted[0].Labels["severity"].ShouldBe("warning");
        draining[0].Value.ShouldBe(1);
        await app.StopAsync(Stop);
        await prometheus.FiresAsync("CyrusOperatorDown", "severity=\"warning\"", Stop);
    }

    private static void See(ServerMetrics metrics, ReloadReport report)
    {
        var pod = Make.Pod("mail-0", Digest, report);
        var seen = new Observation { Server = Make.Server(), Now = Make.Now, Target = Digest, Pods = [pod], Plan = Make.Plan(Digest, [pod], 1) };
        metrics.Saw(seen, StatusBuilder.Build(seen));
    }
}
