using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Events;
using Operator.Kubernetes.Tests.ApiServer;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.Events;

/// <summary>Events on a real API server, as kubectl reads them: in core/v1.</summary>
[Trait("needs", "apiserver")]
public sealed class EventsOnServerTests(ApiServerFixture fixture) : IClassFixture<ApiServerFixture>
{
    private const int Limit = 120_000;
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task An_event_and_its_repetition_are_one_event_with_a_series()
    {
        var seen = await WriteTwiceAsync(fixture.Client, await fixture.CreateNamespaceAsync(Stop));

        (seen.Reason, seen.Message, seen.Count).ShouldBe(("Tested", "note", null));
        seen.EventTime.ShouldBe(s_now);
        var series = await fixture.Client.GetAsync(Resources.EventsV1, ObjectKey.Of(seen), Stop);
        (series!.Series!.Count, series.Series.LastObservedTime).ShouldBe((2, s_now.AddSeconds(7)));
    }

    [Fact(Timeout = Limit)]
    public async Task Where_events_k8s_io_is_not_served_it_is_a_core_event_with_a_count()
    {
        await using var old = await LocalApiServer.StartAsync(
            Stop, "--runtime-config=events.k8s.io/v1=false,events.k8s.io/v1beta1=false");
        using var client = new KubernetesClient(old.Config, TimeProvider.System);

        var seen = await WriteTwiceAsync(client, "default");

        (seen.Reason, seen.Message, seen.Count).ShouldBe(("Tested", "note", 2));
        (seen.FirstTimestamp, seen.LastTimestamp).ShouldBe((s_now, s_now.AddSeconds(7)));
    }

    private static async Task<CoreV1Event> WriteTwiceAsync(KubernetesClient client, string space)
    {
        var sink = new EventSink(client, new EventReporter("test-operator", "pod-1"));
        var content = new EventContent(new EventSubject("v1", "ConfigMap", space, "a", "u"), EventType.Normal, "Tested", "Test", "note");
        var first = new EventState(content, "1", s_now, s_now, 1);

        await sink.WriteAsync(first, Stop);
        await sink.WriteAsync(first with { Count = 2, Last = s_now.AddSeconds(7) }, Stop);

        var all = await client.ListAsync(Resources.Events, space, new ListOptions { FieldSelector = "reason=Tested" }, Stop);
        return all.Items.ShouldHaveSingleItem();
    }
}
