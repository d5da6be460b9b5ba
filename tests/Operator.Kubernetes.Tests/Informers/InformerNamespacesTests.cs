using System.Collections.Concurrent;
using System.Net;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Informers;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Informers;

/// <summary>One set of several namespaces, for an operator that has rights in these only.</summary>
public sealed class InformerNamespacesTests : IAsyncLifetime
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();
    private readonly CancellationTokenSource stop = new();
    private readonly BlockingCollection<InformerEvent<V1ConfigMap>> events = [];
    private readonly Informer<V1ConfigMap> informer;
    private Task run = Task.CompletedTask;

    public InformerNamespacesTests()
    {
        informer = fixture.Informer(new InformerOptions { Namespaces = ["one", "two"] });
        informer.OnChange(events.Add);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run;
        fixture.Dispose();
        stop.Dispose();
        events.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task All_of_them_and_no_other_are_listed_and_followed()
    {
        Put("one", "a");
        Put("two", "a");
        Put("three", "a");
        await StartAsync();
        Put("one", "b");
        Put("two", "b");

        Seen(4).Select(static one => one.Key.ToString()).ShouldBe(["one/a", "two/a", "one/b", "two/b"], ignoreOrder: true);
        fixture.Server.Requests.ShouldAllBe(static request => request.Path.Contains("/namespaces/one/") || request.Path.Contains("/namespaces/two/"));
        (informer.Name, informer.Read().Lists, informer.Read().Items).ShouldBe(("configmaps in one, two", 2, 4));
    }

    [Fact(Timeout = Limit)]
    public async Task It_is_in_sync_when_each_of_them_is_and_one_that_fails_does_not_hold_the_other()
    {
        Put("one", "a");
        fixture.Server.Intercept = static request => request.Path.Contains("/namespaces/two/", StringComparison.Ordinal)
            ? FakeApiServer.Failure(HttpStatusCode.Forbidden, "Forbidden", "not here")
            : null;
        run = informer.RunAsync(stop.Token);

        Seen(1).Single().Key.Namespace.ShouldBe("one");
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2), Stop);
        informer.HasSynced.ShouldBeFalse();
        informer.Read().Failures.ShouldBe(1);
        fixture.Server.Intercept = null;
        fixture.Time.Advance(TimeSpan.FromSeconds(2));

        await informer.WaitForSyncAsync(Stop);
        informer.Read().HasSynced.ShouldBeTrue();
    }

    private async Task StartAsync()
    {
        run = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync(Stop);
    }

    private List<InformerEvent<V1ConfigMap>> Seen(int count) => [.. Enumerable.Range(0, count).Select(_ => events.Take(Stop))];

    private void Put(string space, string name) => fixture.Server.Put($"/api/v1/namespaces/{space}/configmaps/{name}", Fixture.Json("1"));
}
