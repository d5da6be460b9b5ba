using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Leadership;
using Operator.Kubernetes.Telemetry;
using Operator.Metrics;
using Operator.Testing;

namespace Operator.Kubernetes.Tests.Telemetry;

/// <summary>What an operator at work tells of itself, on a server in memory and with a clock that stands still.</summary>
public sealed partial class RuntimeTelemetryTests : IDisposable
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();
    private readonly RuntimeMetrics metrics = new();
    private readonly PrometheusExporter exporter;
    private readonly KubernetesClient client;

    public RuntimeTelemetryTests()
    {
        exporter = new PrometheusExporter(metrics.Owns);
        var config = new KubernetesClientConfig { Server = new Uri("http://fake:6443") };
        client = new KubernetesClient(config, fixture.Time, new RequestTelemetry(metrics, fixture.Time, fixture.Server));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        client.Dispose();
        exporter.Dispose();
        metrics.Dispose();
        fixture.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task All_metrics_of_an_operator_at_work_are_as_in_the_golden_file()
    {
        await WorkAsync();

        var text = exporter.Write(MetricsFormat.Text);

        text.ShouldBe(Golden.Expected("tests/Operator.Kubernetes.Tests/Telemetry/Golden/metrics.txt", text));
    }

    [Fact(Timeout = Limit)]
    public async Task Every_line_is_valid_text_format()
    {
        await WorkAsync();

        foreach (var line in exporter.Write(MetricsFormat.Text).TrimEnd('\n').Split('\n'))
            Line().IsMatch(line).ShouldBeTrue(line);
    }

    [Fact(Timeout = Limit)]
    public async Task A_request_without_an_answer_is_counted_as_such()
    {
        fixture.Server.Intercept = static _ => throw new HttpRequestException("connection refused");

        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync(Resources.ConfigMaps, new ObjectKey("ns", "a"), Stop));

        exporter.Write(MetricsFormat.Text).ShouldContain("rest_client_requests_total{code=\"<error>\",method=\"GET\",host=\"fake:6443\"} 1\n");
    }

    [Fact(Timeout = Limit)]
    public async Task Reconciles_and_requests_have_spans_that_name_things_and_quote_nothing()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == RuntimeTraces.SourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);

        await WorkAsync();

        lock (spans)
        {
            var ours = spans.Where(static span => span.Tags.Any(static tag => tag.Value is "fake:6443" or "worker-under-test")).ToList();
            var reconcile = ours.First(static span => span.OperationName == "reconcile worker-under-test");
            reconcile.GetTagItem("k8s.object.name").ShouldNotBeNull();
            var request = ours.First(span => span.OperationName == "request GET" && span.ParentSpanId == reconcile.SpanId);
            request.GetTagItem("url.path").ShouldBe("/api/v1/namespaces/ns/secrets/s");
            request.GetTagItem("http.response.status_code").ShouldBe(200);
            var tags = ours.SelectMany(static span => span.TagObjects).Select(static tag => $"{tag.Value}");
            tags.ShouldAllBe(static text => !text.Contains("hush"));
        }
    }

    /// <summary>One informer, one controller that reads a Secret, one failure, leading; then all stops.</summary>
    private async Task WorkAsync()
    {
        fixture.Server.Put($"{Fixture.Maps}/good", Fixture.Json("1"));
        fixture.Server.Put($"{Fixture.Maps}/bad", Fixture.Json("2"));
        fixture.Server.Put("/api/v1/namespaces/ns/secrets/s", """{"data":{"key":"aHVzaA=="}}""");
        var informer = fixture.Informer();
        var reconciler = new Reader(client);
        var one = new ControllerOptions { Name = "worker-under-test", Workers = 1 };
        using var controller = new Controller(one, reconciler, fixture.Time, NullLogger<Controller>.Instance, metrics).Watch(informer);
        var lease = new LeaderElectionOptions { Name = "test", Namespace = "ns" };
        var election = new LeaderElector(lease, fixture.Client, fixture.Time, NullLogger<LeaderElector>.Instance, metrics);
        using var host = new ControllerHost([informer], [controller], NullLogger<ControllerHost>.Instance, election, metrics);
        await host.StartAsync(Stop);
        await reconciler.Seen.WaitAsync(Stop);
        await reconciler.Seen.WaitAsync(Stop);
        await fixture.Server.WaitForAsync(static request => request.IsWatch, 1, Stop);
        await host.StopAsync(Stop);
        await host.ExecuteTask!;
    }

    private const string Label = @"[a-z]+=""([^""\\\n]|\\[\\n""])*""";

    [GeneratedRegex($$"""^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{{{Label}}(,{{Label}})*\})? ([0-9.E+-]+|\+Inf))$""")]
    private static partial Regex Line();

    private sealed class Reader(IKubernetesClient client) : IReconciler
    {
        public SemaphoreSlim Seen { get; } = new(0);

        public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            try
            {
                await client.GetAsync(Resources.Secrets, new ObjectKey("ns", "s"), cancellationToken);
                return key.Name == "good" ? ReconcileResult.Done : throw new InvalidOperationException("hush");
            }
            finally
            {
                Seen.Release();
            }
        }
    }
}
