using System.Collections.Concurrent;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.Informers;

/// <summary>A set of what is wanted only: 30,000 Secrets that concern nobody must cost no memory.</summary>
public sealed class InformerKeepTests : IAsyncLifetime
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();
    private readonly CancellationTokenSource stop = new();
    private readonly BlockingCollection<InformerEvent<V1ConfigMap>> events = [];
    private readonly HashSet<string> wanted = ["wanted"];
    private readonly List<Task> runs = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(runs);
        fixture.Dispose();
        stop.Dispose();
        events.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_not_wanted_is_neither_kept_nor_told()
    {
        Put("foreign");
        Put("wanted");
        var informer = await StartAsync();

        Put("foreign", "2");
        Put("wanted", "2");

        Seen(2).ShouldAllBe(one => one.Object.Metadata.Name == "wanted");
        informer.List().Single().Data!["value"].ShouldBe("2");
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_wanted_no_longer_leaves_the_set_with_its_next_event_and_comes_back_with_one()
    {
        Put("wanted");
        var informer = await StartAsync();

        wanted.Clear();
        Put("wanted", "2");
        Seen(2)[1].Type.ShouldBe(InformerEventType.Deleted);
        informer.List().ShouldBeEmpty();
        wanted.Add("wanted");
        Put("wanted", "3");

        Seen(1).Single().Type.ShouldBe(InformerEventType.Added);
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_is_listed_before_the_informer_that_is_asked_has_synced_which_is_waited_for_as_long_as_it_takes()
    {
        var first = fixture.Informer();
        var informer = Create(first);
        runs.Add(informer.RunAsync(stop.Token));

        foreach (var _ in Enumerable.Range(0, 5))
        {
            await fixture.Time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30), Stop);
            fixture.Time.Advance(TimeSpan.FromSeconds(30)); // the time-out or the wait after it, whichever it is
        }
        fixture.Server.Requests.ShouldBeEmpty();
        runs.Add(first.RunAsync(stop.Token));
        await first.WaitForSyncAsync(Stop);

        while (!informer.HasSynced)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private Informer<V1ConfigMap> Create(IInformer? after = null) =>
        fixture.Informer(new InformerOptions { Namespaces = ["ns"], Keep = item => wanted.Contains(item.Metadata.Name!), After = after });

    private async Task<Informer<V1ConfigMap>> StartAsync()
    {
        var informer = Create();
        informer.OnChange(events.Add);
        runs.Add(informer.RunAsync(stop.Token));
        await fixture.Server.WaitForAsync(request => request.IsWatch, 1, Stop);
        return informer;
    }

    private void Put(string name, string value = "1") => fixture.Server.Put($"{Fixture.Maps}/{name}", Fixture.Json(value));

    private List<InformerEvent<V1ConfigMap>> Seen(int count) => [.. Enumerable.Range(0, count).Select(_ => events.Take(Stop))];
}
