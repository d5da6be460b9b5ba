using System.Collections.Concurrent;
using System.Net;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Informers;

/// <summary>The rules of recovery, on a server that misbehaves.</summary>
public sealed class InformerTests : IAsyncLifetime
{
    private const int Limit = 30_000;
    // Calls may take longer than any wait of the informer, so that the two can be told apart.
    private readonly Fixture fixture =
        new(new KubernetesClientConfig { Server = new Uri("http://fake"), Deadline = TimeSpan.FromMinutes(1) });

    private readonly CancellationTokenSource stop = new();
    private readonly BlockingCollection<InformerEvent<V1ConfigMap>> events = [];
    private readonly Informer<V1ConfigMap> informer;
    private Task run = Task.CompletedTask;

    public InformerTests()
    {
        informer = fixture.Informer(new InformerOptions { Namespaces = ["ns"], PageSize = 2 });
        informer.OnChange(events.Add);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run; // returns, does not throw, when cancelled
        fixture.Dispose();
        stop.Dispose();
        events.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task It_lists_all_pages_and_then_follows_from_the_version_of_the_list()
    {
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
            Put(name);
        var version = fixture.Server.ResourceVersion;

        await StartAsync();

        informer.List().Count.ShouldBe(5);
        fixture.Server.Requests.Count(request => !request.IsWatch).ShouldBe(3);
        Watches().Single().Query("resourceVersion").ShouldBe(version);
        Seen(5).ShouldAllBe(one => one.Type == InformerEventType.Added);
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_not_synced_before_the_first_list_is_complete()
    {
        informer.HasSynced.ShouldBeFalse();

        await StartAsync();

        informer.HasSynced.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => informer.OnChange(_ => { }));
    }

    [Fact(Timeout = Limit)]
    public async Task It_follows_what_is_added_changed_and_deleted()
    {
        await StartAsync();

        Put("a");
        Put("a", "2");
        fixture.Server.Remove($"{Fixture.Maps}/a");

        Seen(3).Select(one => one.Type).ShouldBe([InformerEventType.Added, InformerEventType.Modified, InformerEventType.Deleted]);
        informer.Get(new ObjectKey("ns", "a")).ShouldBeNull();
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gone_inside_a_200_stream_and_as_an_answer_relists_and_tells_what_was_missed(bool asEvent)
    {
        fixture.Server.TellsGoneAsEvent = asEvent;
        Put("gone");
        await StartAsync();
        Seen(1);

        fixture.Server.EndWatches();
        fixture.Server.Remove($"{Fixture.Maps}/gone");
        Put("new");
        fixture.Server.Compact();
        await NextWatchAsync(3);

        Seen(2).Select(one => (one.Type, one.Object.Metadata.Name)).ShouldBe(
            [(InformerEventType.Added, "new"), (InformerEventType.Deleted, "gone")]);
        informer.List().Single().Metadata.Name.ShouldBe("new");
    }

    [Fact(Timeout = Limit)]
    public async Task A_broken_stream_is_resumed_where_it_broke_without_a_list()
    {
        await StartAsync();
        Put("a");
        Seen(1);
        var version = fixture.Server.ResourceVersion;

        fixture.Server.BreakWatches();
        await NextWatchAsync(2);

        Watches()[1].Query("resourceVersion").ShouldBe(version);
        Lists().ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task An_ERROR_event_that_is_no_410_is_retried_without_a_list()
    {
        await StartAsync();

        fixture.Server.FailWatches(HttpStatusCode.InternalServerError, "InternalError", "etcd is away");
        await NextWatchAsync(2);

        Lists().ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_clean_end_waits_before_the_next_watch()
    {
        await StartAsync();

        fixture.Server.EndWatches();
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2), Stop);

        Watches().Count.ShouldBe(1);
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        await fixture.Server.WaitForAsync(request => request.IsWatch, 2, Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task Bookmarks_move_the_place_from_where_a_watch_goes_on()
    {
        await StartAsync();

        fixture.Server.Bookmark();
        var version = fixture.Server.ResourceVersion;
        Put("a"); // told after the bookmark, so when it is seen the bookmark was
        Seen(1);
        fixture.Server.BreakWatches();
        await NextWatchAsync(2);

        long.Parse(Watches()[1].Query("resourceVersion")!, null).ShouldBe(long.Parse(version, null) + 1);
        Lists().ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task Five_watches_that_end_at_once_and_empty_force_a_list()
    {
        fixture.Server.Intercept = request =>
            request.IsWatch ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("") } : null;
        run = informer.RunAsync(stop.Token);

        for (var watches = 1; watches <= WatchCursor.FruitlessWatches; watches++)
        {
            await fixture.Server.WaitForAsync(request => request.IsWatch, watches, Stop);
            await PassAsync();
        }
        await fixture.Server.WaitForAsync(request => !request.IsWatch, 2, Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_kind_that_is_not_there_yet_is_asked_for_again_until_it_is()
    {
        fixture.Server.Intercept = _ => FakeApiServer.Failure(HttpStatusCode.NotFound, "NotFound", "no such kind");
        run = informer.RunAsync(stop.Token);
        await fixture.Server.WaitForAsync(_ => true, 1, Stop);
        informer.HasSynced.ShouldBeFalse();

        fixture.Server.Intercept = null;
        await PassAsync();

        await informer.WaitForSyncAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_page_that_expires_starts_the_list_anew_and_nothing_half_is_seen()
    {
        foreach (var name in (string[])["a", "b", "c"])
            Put(name);
        var expired = false;
        fixture.Server.Intercept = request =>
        {
            if (expired || request.Query("continue") is null)
                return null;
            expired = true;
            return FakeApiServer.Failure(HttpStatusCode.Gone, "Expired", "The provided continue parameter is too old");
        };
        run = informer.RunAsync(stop.Token);
        await fixture.Server.WaitForAsync(_ => expired, 2, Stop);
        informer.List().ShouldBeEmpty();
        await PassAsync();

        await informer.WaitForSyncAsync(Stop);
        informer.List().Count.ShouldBe(3);
    }

    [Fact(Timeout = Limit)]
    public async Task A_handler_that_fails_does_not_keep_the_others_from_hearing()
    {
        using var own = new Fixture();
        var other = own.Informer();
        var heard = new TaskCompletionSource<string?>();
        other.OnChange(_ => throw new InvalidOperationException("a bug"));
        other.OnChange(change => heard.SetResult(change.Object.Metadata.Name));
        own.Server.Put($"{Fixture.Maps}/a", Fixture.Json("1"));

        var running = other.RunAsync(stop.Token);

        (await heard.Task.WaitAsync(Stop)).ShouldBe("a");
        await stop.CancelAsync();
        await running;
    }

    private async Task StartAsync()
    {
        run = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync(Stop);
        await fixture.Server.WaitForAsync(request => request.IsWatch, 1, Stop);
    }

    /// <summary>Lets all waits pass until so many watches were asked for.</summary>
    private async Task NextWatchAsync(int count)
    {
        while (Watches().Count < count)
            await PassAsync();
        await fixture.Server.WaitForAsync(request => request.IsWatch, count, Stop);
    }

    /// <summary>The informer waits at least half of its first backoff and at most its longest.</summary>
    private async Task PassAsync()
    {
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(30), Stop);
        fixture.Time.Advance(TimeSpan.FromSeconds(30));
    }

    private void Put(string name, string value = "1") => fixture.Server.Put($"{Fixture.Maps}/{name}", Fixture.Json(value));

    private List<FakeRequest> Watches() => [.. fixture.Server.Requests.Where(request => request.IsWatch)];

    private int Lists() => fixture.Server.Requests.Count(request => !request.IsWatch);

    private List<InformerEvent<V1ConfigMap>> Seen(int count) => [.. Enumerable.Range(0, count).Select(_ => events.Take(Stop))];
}
