using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Operator.Hosting;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;
using Operator.Kubernetes.Telemetry;
using Operator.Testing.Kubernetes;

namespace Operator.Tests.Hosting;

/// <summary>The operator's HTTP side, with an informer on a server in memory.</summary>
public sealed class HealthTests : IDisposable
{
    private const int Limit = 30_000;
    private readonly FakeApiServer server = new();
    private readonly HttpClient http = new(new HttpClientHandler { UseProxy = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        server.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Ready_is_who_has_synced_and_live_is_also_who_has_not()
    {
        server.Intercept = static _ => FakeApiServer.Failure(HttpStatusCode.NotFound, "NotFound", "no such kind");
        await using var app = Compose();
        await app.StartAsync(Stop);

        (await AskAsync(app, "/readyz")).ShouldBe((HttpStatusCode.ServiceUnavailable, "configmaps has not synced\n"));
        (await AskAsync(app, "/livez")).ShouldBe((HttpStatusCode.OK, "ok\n"));
        (await AskAsync(app, "/healthz")).ShouldBe((HttpStatusCode.OK, "ok\n"));
        server.Intercept = null;
        await app.Services.GetRequiredService<Informer<V1ConfigMap>>().WaitForSyncAsync(Stop);
        (await AskAsync(app, "/readyz")).ShouldBe((HttpStatusCode.OK, "ok\n"));

        await app.StopAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task The_metrics_are_Prometheus_text()
    {
        await using var app = Compose();
        await app.StartAsync(Stop);
        await app.Services.GetRequiredService<Informer<V1ConfigMap>>().WaitForSyncAsync(Stop);

        using var answer = await http.GetAsync(new Uri($"{app.Urls.Single()}/metrics"), Stop);

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var text = await answer.Content.ReadAsStringAsync(Stop);
        text.ShouldContain("# TYPE reflector_lists_total counter\nreflector_lists_total{name=\"configmaps\"} 1\n");
        await app.StopAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task Who_asks_for_OpenMetrics_gets_them_with_build_and_process()
    {
        await using var app = Compose();
        await app.StartAsync(Stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{app.Urls.Single()}/metrics"));
        request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5");

        using var answer = await http.SendAsync(request, Stop);

        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
        var text = await answer.Content.ReadAsStringAsync(Stop);
        text.ShouldContain("\ncyrus_operator_build_info{version=\"");
        text.ShouldContain("\n# TYPE process_cpu_seconds counter\n# UNIT process_cpu_seconds seconds\nprocess_cpu_seconds_total ");
        text.ShouldContain("\ndotnet_gc_collections_total{generation=\"0\"} ");
        text.ShouldEndWith("\n# EOF\n");
        await app.StopAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_ends_with_0_and_work_that_ends_by_itself_with_1()
    {
        await using var stopped = Compose();
        var running = stopped.RunToExitCodeAsync();
        await stopped.Services.GetRequiredService<Informer<V1ConfigMap>>().WaitForSyncAsync(Stop);
        stopped.Lifetime.StopApplication();

        (await running).ShouldBe(0);
        await using var broken = Compose(static services => services.AddSingleton<IInformer, EndingInformer>());
        (await broken.RunToExitCodeAsync()).ShouldBe(1);
    }

    private WebApplication Compose(Action<IServiceCollection>? more = null)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var config = new KubernetesClientConfig { Server = new Uri("http://fake") };
        builder.Services.AddSingleton<IKubernetesClient>(_ => new KubernetesClient(config, TimeProvider.System, server));
        builder.Services.AddKubernetes();
        builder.AddMetrics();
        builder.Services.AddInformer(Resources.ConfigMaps);
        more?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapHealthAndMetrics();
        return app;
    }

    private async Task<(HttpStatusCode Code, string Text)> AskAsync(WebApplication app, string path)
    {
        using var answer = await http.GetAsync(new Uri(app.Urls.Single() + path), Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    private sealed class EndingInformer : IInformer
    {
        public string Name => "ending";

        public bool HasSynced => true;

        public InformerReading Read() => new(Name, true, 0, 0, 0, 0, 0, TimeSpan.Zero);

        public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task RunAsync(CancellationToken stop) => Task.CompletedTask;
    }
}
