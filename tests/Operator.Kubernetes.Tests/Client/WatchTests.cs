using System.Globalization;
using System.Net;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Client;

public sealed class WatchTests : IDisposable
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Fact(Timeout = Limit)]
    public async Task Events_come_with_their_type_object_and_version()
    {
        fixture.Server.Put($"{Fixture.Maps}/a", Fixture.Json("1"));
        fixture.Server.Put($"{Fixture.Maps}/a", Fixture.Json("2"));
        fixture.Server.Remove($"{Fixture.Maps}/a");
        await using var watch = Watch("1000", Stop);

        var events = new[] { await NextAsync(watch), await NextAsync(watch), await NextAsync(watch) };

        events.Select(one => one.Type).ShouldBe([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted]);
        events[1].Object!.Data!["value"].ShouldBe("2");
        events[2].ResourceVersion.ShouldBe(fixture.Server.ResourceVersion);
    }

    [Fact(Timeout = Limit)]
    public async Task A_bookmark_has_a_version_and_no_object()
    {
        await using var watch = await OpenAsync(Stop);

        fixture.Server.Bookmark();
        var next = await NextAsync(watch);

        next.ShouldBe(new WatchEvent<V1ConfigMap>(WatchEventType.Bookmark, null, fixture.Server.ResourceVersion));
    }

    [Fact(Timeout = Limit)]
    public async Task A_clean_end_ends_the_events()
    {
        await using var watch = await OpenAsync(Stop);

        fixture.Server.EndWatches();

        (await watch.MoveNextAsync()).ShouldBeFalse();
    }

    [Theory(Timeout = Limit)]
    [Trait("pitfall", "2")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Gone_inside_a_200_stream_is_thrown_just_as_a_410_is(bool asEvent)
    {
        fixture.Server.TellsGoneAsEvent = asEvent;
        fixture.Server.Compact();
        await using var watch = Watch("1", Stop);

        var error = await Should.ThrowAsync<ApiException>(() => watch.MoveNextAsync().AsTask());

        error.IsGone.ShouldBeTrue();
        error.Message.ShouldBe("watch configmaps in ns: 410 Expired: too old resource version: 1 (1000)");
    }

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "2")]
    [Trait("pitfall", "3")]
    public async Task An_ERROR_event_throws_what_the_server_said()
    {
        await using var watch = await OpenAsync(Stop);

        fixture.Server.FailWatches(HttpStatusCode.InternalServerError, "InternalError", "etcd is away");
        var error = await Should.ThrowAsync<ApiException>(() => watch.MoveNextAsync().AsTask());

        error.IsGone.ShouldBeFalse();
        error.Message.ShouldContain("etcd is away");
    }

    [Fact(Timeout = Limit)]
    public async Task A_broken_stream_throws()
    {
        await using var watch = await OpenAsync(Stop);

        fixture.Server.BreakWatches();

        await Should.ThrowAsync<IOException>(() => watch.MoveNextAsync().AsTask());
    }

    [Fact(Timeout = Limit)]
    public async Task An_end_within_an_event_is_no_clean_end()
    {
        await using var watch = await OpenAsync(Stop);

        fixture.Server.SendToWatches("""{"type":"ADDED","obj""");
        fixture.Server.EndWatches();

        await Should.ThrowAsync<IOException>(() => watch.MoveNextAsync().AsTask());
    }

    [Fact(Timeout = Limit)]
    public async Task Events_are_put_together_from_pieces_and_their_members_may_come_in_any_order()
    {
        await using var watch = await OpenAsync(Stop);

        fixture.Server.SendToWatches("""{"object":{"metadata":{"name":"a","resourceVersion":"5"},"data":{"value":""");
        fixture.Server.SendToWatches("\"1\"}},\"more\":[{}],\"type\":\"ADDED\"}\n{\"type\":\"BOOKMARK\",");
        var first = await NextAsync(watch);
        fixture.Server.SendToWatches("\"object\":{\"metadata\":{\"resourceVersion\":\"6\"}}}\n");
        var second = await NextAsync(watch);

        first.Object!.Data!["value"].ShouldBe("1");
        second.ResourceVersion.ShouldBe("6");
    }

    [Fact(Timeout = Limit)]
    public async Task An_object_of_a_megabyte_is_read()
    {
        await using var watch = await OpenAsync(Stop);

        fixture.Server.Put($"{Fixture.Maps}/a", Fixture.Json(new string('x', 1_000_000)));

        (await NextAsync(watch)).Object!.Data!["value"].Length.ShouldBe(1_000_000);
    }

    [Fact(Timeout = Limit)]
    public async Task A_line_without_an_end_is_given_up()
    {
        await using var watch = await OpenAsync(Stop);

        fixture.Server.SendToWatches(new string('x', WatchReader<V1ConfigMap>.MaxLine + 1));

        await Should.ThrowAsync<InvalidDataException>(() => watch.MoveNextAsync().AsTask());
    }

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "1")]
    public async Task A_watch_asks_for_an_end_within_five_to_ten_minutes_and_gives_a_silent_stream_up_after_that()
    {
        await using var watch = await OpenAsync(Stop);
        var next = watch.MoveNextAsync().AsTask();
        var seconds = int.Parse(fixture.Server.Requests.Single().Query("timeoutSeconds")!, CultureInfo.InvariantCulture);

        fixture.Time.Advance(TimeSpan.FromSeconds(seconds + 29));
        next.IsCompleted.ShouldBeFalse();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        await Should.ThrowAsync<TimeoutException>(next);
        seconds.ShouldBeInRange(300, 600);
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_ends_a_watch_that_waits()
    {
        using var cancel = new CancellationTokenSource();
        await using var watch = await OpenAsync(cancel.Token);
        var next = watch.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(next);
    }

    private IAsyncEnumerator<WatchEvent<V1ConfigMap>> Watch(string version, CancellationToken cancel) =>
        fixture.Client.WatchAsync(Resources.ConfigMaps, "ns", new WatchOptions { ResourceVersion = version }, cancel)
            .GetAsyncEnumerator(cancel);

    /// <summary>A watch whose answer has come: a first bookmark is read.</summary>
    private async Task<IAsyncEnumerator<WatchEvent<V1ConfigMap>>> OpenAsync(CancellationToken cancel)
    {
        var watch = Watch(fixture.Server.ResourceVersion, cancel);
        var first = NextAsync(watch);
        await fixture.Server.WaitForAsync(request => request.IsWatch, 1, Stop);
        fixture.Server.Bookmark();
        await first;
        return watch;
    }

    private static async Task<WatchEvent<V1ConfigMap>> NextAsync(IAsyncEnumerator<WatchEvent<V1ConfigMap>> watch)
    {
        (await watch.MoveNextAsync()).ShouldBeTrue();
        return watch.Current;
    }
}
