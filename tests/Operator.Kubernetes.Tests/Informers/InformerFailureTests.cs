using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Informers;

/// <summary>What an informer says and does when things go wrong, and what it keeps to itself.</summary>
public sealed class InformerFailureTests : IAsyncLifetime
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();
    private readonly CancellationTokenSource stop = new();
    private readonly RecordingLogger<Informer<V1ConfigMap>> log = new();
    private readonly Informer<V1ConfigMap> informer;
    private Task run = Task.CompletedTask;

    public InformerFailureTests() => informer = new Informer<V1ConfigMap>(
        fixture.Client, Resources.ConfigMaps, new InformerOptions { Namespaces = ["ns"] }, fixture.Time, log);

    public static TheoryData<string> Failures => ["refused", "broken", "401", "500", "no JSON", "a bug"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run;
        fixture.Dispose();
        stop.Dispose();
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Failures))]
    public async Task No_failure_is_swallowed_each_is_logged_and_tried_again_after_a_wait(string failure)
    {
        fixture.Server.Intercept = _ => Fail(failure);
        run = informer.RunAsync(stop.Token);
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(1), Stop); // before the first retry
        log.Lines.Count(static line => line.Level == LogLevel.Warning).ShouldBe(1);
        informer.Read().Failures.ShouldBe(1);

        fixture.Server.Intercept = null;
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        await informer.WaitForSyncAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task Events_are_logged_at_Trace_and_nothing_of_the_daily_business_at_Information()
    {
        run = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync(Stop);
        await fixture.Server.WaitForAsync(static request => request.IsWatch, 1, Stop);
        fixture.Server.Put($"{Fixture.Maps}/a", Fixture.Json("1"));
        fixture.Server.Bookmark();

        while (log.Lines.Count(static line => line.Level == LogLevel.Trace) < 2)
            await Task.Yield();

        log.Lines.ShouldNotContain(static line => line.Level > LogLevel.Debug);
    }

    [Fact(Timeout = Limit)]
    public async Task A_metadata_only_informer_never_asks_for_content_and_keeps_no_managedFields()
    {
        var secrets = new Informer<PartialObjectMetadata>(
            fixture.Client,
            Resources.Secrets.MetadataOnly(),
            new InformerOptions { Namespaces = ["ns"] },
            fixture.Time,
            new RecordingLogger<Informer<PartialObjectMetadata>>());
        fixture.Server.Put("/api/v1/namespaces/ns/secrets/s", """
            {"metadata":{"labels":{"a":"b"},"managedFields":[{"manager":"kubectl"}]},"data":{"key":"aHVzaA=="}}
            """);
        run = secrets.RunAsync(stop.Token);
        await fixture.Server.WaitForAsync(static request => request.IsWatch, 1, Stop);

        fixture.Server.Requests.ShouldAllBe(static request => request.Accept.Contains("as=PartialObjectMetadata"));
        var kept = JsonSerializer.Serialize(secrets.List().Single(), KubernetesJson.Default.PartialObjectMetadata);
        kept.ShouldContain("\"a\":\"b\"");
        kept.ShouldNotContain("managedFields");
        kept.ShouldNotContain("aHVzaA==");
    }

    private static HttpResponseMessage Fail(string how) => how switch
    {
        "refused" => throw new HttpRequestException("connection refused"),
        "broken" => throw new IOException("connection reset"),
        "401" => FakeApiServer.Failure(HttpStatusCode.Unauthorized, "Unauthorized", "who are you?"),
        "500" => FakeApiServer.Failure(HttpStatusCode.InternalServerError, "InternalError", "etcd is away"),
        "no JSON" => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>") },
        _ => throw new InvalidOperationException("a bug"),
    };
}
