using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Events;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Events;

public sealed class EventRecorderTests : IDisposable
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();
    private readonly EventRecorder recorder;

    public EventRecorderTests()
    {
        var reporter = new EventReporter("test-operator", "pod-1");
        recorder = new EventRecorder(fixture.Client, reporter, fixture.Time, NullLogger<EventRecorder>.Instance);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static V1ConfigMap About => Fixture.Map("a") with { Metadata = new V1ObjectMeta { Namespace = "ns", Name = "a", Uid = "u" } };

    public void Dispose()
    {
        recorder.Dispose();
        fixture.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task An_event_has_all_that_the_API_server_asks_for()
    {
        recorder.Record(About, EventType.Warning, "Broken", "Reload", "it broke");
        var written = (await WriteAsync(1)).Single();

        written.Path.ShouldBe("/apis/events.k8s.io/v1/namespaces/ns/events");
        var json = written.Json;
        json["metadata"]!["name"]!.ToString().ShouldStartWith("a.");
        json.Remove("metadata");
        json.ToJsonString().ShouldBe("""
            {"apiVersion":"events.k8s.io/v1","kind":"Event","eventTime":"2026-01-01T00:00:00.000000Z",
            "reportingController":"test-operator","reportingInstance":"pod-1","action":"Reload","reason":"Broken",
            "regarding":{"apiVersion":"v1","kind":"ConfigMap","name":"a","namespace":"ns","uid":"u"},"note":"it broke","type":"Warning"}
            """.ReplaceLineEndings(""));
    }

    [Fact(Timeout = Limit)]
    public async Task Where_events_k8s_io_is_not_served_all_goes_to_core_and_the_refusal_is_met_once()
    {
        fixture.Server.Intercept = static request => request.Path.StartsWith("/apis/events.k8s.io/", StringComparison.Ordinal)
            ? new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("404 page not found\n") }
            : null;
        recorder.Record(About, EventType.Warning, "Broken", "Reload", "it broke");
        recorder.Record(About, EventType.Normal, "Reason", "Act", "note");

        var paths = (await WriteAsync(3)).Select(static request => request.Path).ToList();

        paths.ShouldBe(["/apis/events.k8s.io/v1/namespaces/ns/events", "/api/v1/namespaces/ns/events", "/api/v1/namespaces/ns/events"]);
        var json = fixture.Server.Requests[1].Json;
        json.Remove("metadata");
        json.ToJsonString().ShouldBe("""
            {"apiVersion":"v1","kind":"Event","eventTime":"2026-01-01T00:00:00.000000Z",
            "firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:00:00Z","count":1,"source":{"component":"test-operator"},
            "reportingComponent":"test-operator","reportingInstance":"pod-1","action":"Reload","reason":"Broken",
            "involvedObject":{"apiVersion":"v1","kind":"ConfigMap","name":"a","namespace":"ns","uid":"u"},"message":"it broke","type":"Warning"}
            """.ReplaceLineEndings(""));
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_again_is_one_event_whose_count_is_written_once_a_minute()
    {
        await recorder.StartAsync(Stop);
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), Stop);
        recorder.Record(About, EventType.Normal, "Reason", "Act", "note");
        await fixture.Server.WaitForAsync(static _ => true, 1, Stop);
        for (var i = 0; i < 6; i++)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(5));
            recorder.Record(About, EventType.Normal, "Reason", "Act", "note");
        }
        fixture.Time.Advance(TimeSpan.FromSeconds(30));

        var again = (await FinishAsync(2))[1];

        again.Method.ShouldBe("PATCH");
        again.Path.ShouldStartWith("/apis/events.k8s.io/v1/namespaces/ns/events/a.");
        again.Body.ShouldBe("""{"series":{"count":7,"lastObservedTime":"2026-01-01T00:00:30.000000Z"}}""");
    }

    [Fact(Timeout = Limit)]
    public async Task An_event_that_is_gone_when_it_happens_again_is_made_anew_with_its_count()
    {
        await recorder.StartAsync(Stop);
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), Stop);
        recorder.Record(About, EventType.Normal, "Reason", "Act", "note");
        await fixture.Server.WaitForAsync(static _ => true, 1, Stop);
        var path = $"/apis/events.k8s.io/v1/namespaces/ns/events/{fixture.Server.Requests[0].Json["metadata"]!["name"]}";
        fixture.Server.Remove(path);
        recorder.Record(About, EventType.Normal, "Reason", "Act", "note");
        fixture.Time.Advance(TimeSpan.FromMinutes(1));

        await FinishAsync(3);

        fixture.Server.Find(path)!["series"]!["count"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_long_note_is_cut_at_a_kilobyte_and_at_a_whole_character()
    {
        recorder.Record(About, EventType.Normal, "Reason", "Act", string.Concat(Enumerable.Repeat("é€😀", 1000)));

        var note = (await WriteAsync(1)).Single().Json["note"]!.ToString();

        Encoding.UTF8.GetByteCount(note).ShouldBeInRange(1017, 1024);
        note.ShouldEndWith("...");
        note.ShouldNotContain("\uFFFD");
    }

    [Fact(Timeout = Limit)]
    public async Task Events_about_cluster_scoped_objects_live_in_the_default_namespace()
    {
        recorder.Record(new V1Namespace { Metadata = new V1ObjectMeta { Name = "ns" } }, EventType.Normal, "Reason", "Act", "note");

        (await WriteAsync(1)).Single().Path.ShouldBe("/apis/events.k8s.io/v1/namespaces/default/events");
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_event_is_lost_and_the_next_one_is_written()
    {
        fixture.Server.Intercept = request =>
            request.Json["note"]?.ToString() == "one" ? FakeApiServer.Failure(HttpStatusCode.Forbidden, "Forbidden", "no") : null;
        recorder.Record(About, EventType.Normal, "Reason", "Act", "one");
        recorder.Record(About, EventType.Normal, "Reason", "Act", "two");

        (await WriteAsync(2)).Select(request => request.Json["note"]!.ToString()).ShouldBe(["one", "two"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_is_away_for_a_moment_is_tried_again()
    {
        var failures = 1;
        fixture.Server.Intercept = _ => failures-- > 0 ? throw new HttpRequestException("connection refused") : null;
        recorder.Record(About, EventType.Normal, "Reason", "Act", "note");
        await recorder.StartAsync(Stop);

        await fixture.Time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1), Stop);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.Server.WaitForAsync(_ => true, 1, Stop);

        await recorder.StopAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_pending_at_a_stop_is_still_written()
    {
        recorder.Record(About, EventType.Normal, "Reason", "Act", "before");
        await recorder.StartAsync(Stop);
        await fixture.Server.WaitForAsync(_ => true, 1, Stop);

        for (var i = 0; i < 20; i++)
            recorder.Record(About, EventType.Normal, "Reason", "Act", $"late {i}");
        await recorder.StopAsync(Stop);
        await recorder.ExecuteTask!;

        fixture.Server.Requests.Count.ShouldBe(21);
    }

    [Fact]
    public void Too_many_are_dropped_and_never_block()
    {
        for (var i = 0; i < 10_000; i++)
            recorder.Record(About, EventType.Normal, "Reason", "Act", $"note {i}");
    }

    /// <summary>Starts, waits until so many were sent, and stops.</summary>
    private async Task<IReadOnlyList<FakeRequest>> WriteAsync(int count)
    {
        await recorder.StartAsync(Stop);
        return await FinishAsync(count);
    }

    /// <summary>Waits until so many were sent, and stops.</summary>
    private async Task<IReadOnlyList<FakeRequest>> FinishAsync(int count)
    {
        await fixture.Server.WaitForAsync(_ => true, count, Stop);
        await recorder.StopAsync(Stop);
        await recorder.ExecuteTask!;
        return fixture.Server.Requests;
    }
}
