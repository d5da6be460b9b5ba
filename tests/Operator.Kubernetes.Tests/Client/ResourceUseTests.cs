using System.Net;
using System.Text.Json;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Client;

/// <summary>What is opened is closed, and a long watch costs no more than a short one.</summary>
public sealed class ResourceUseTests : IDisposable
{
    private const int Limit = 30_000;
    private const string Event = """{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"5"}}}""";
    private static readonly ObjectKey s_key = new("ns", "a");
    private readonly FakeApiServer server = new();
    private readonly CountingTimeProvider time = new();
    private readonly KubernetesClient client;

    public ResourceUseTests() =>
        client = new KubernetesClient(new KubernetesClientConfig { Server = new Uri("http://fake") }, time, server);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => client.Dispose();

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "18")]
    public async Task Every_response_is_disposed_whatever_came_of_it()
    {
        var made = new List<TrackedResponse>();
        (HttpStatusCode, string)[] answers =
        [
            (HttpStatusCode.OK, "{}"),
            (HttpStatusCode.OK, "rubbish"),
            (HttpStatusCode.NotFound, "{}"),
            (HttpStatusCode.Forbidden, "{}"),
            (HttpStatusCode.ServiceUnavailable, "{}"),
            (HttpStatusCode.OK, "{}"),
            (HttpStatusCode.OK, $"{Event}\n{Event}\n"),
            (HttpStatusCode.OK, $"{Event}\n{Event}\n"),
            (HttpStatusCode.OK, $"{Event}\nrubbish\n"),
        ];
        server.Intercept = _ =>
        {
            var (code, body) = answers[made.Count];
            made.Add(new TrackedResponse(code) { Content = new StringContent(body) });
            return made[^1];
        };

        await GetAsync();
        await Should.ThrowAsync<JsonException>(GetAsync);
        await GetAsync();
        await Should.ThrowAsync<ApiException>(GetAsync);
        await GetAsync();
        (await WatchAsync(100)).ShouldBe(2);
        (await WatchAsync(1)).ShouldBe(1);
        await Should.ThrowAsync<JsonException>(() => WatchAsync(100));

        made.Count.ShouldBe(answers.Length);
        made.ShouldAllBe(response => response.IsDisposed);
    }

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "18")]
    public async Task A_watch_sets_no_timer_per_event()
    {
        var lines = string.Concat(Enumerable.Repeat(Event + "\n", 1000));
        server.Intercept = _ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(lines) };

        (await WatchAsync(1000)).ShouldBe(1000);

        time.Timers.ShouldBe(1);
    }

    private Task GetAsync() => client.GetAsync(Resources.ConfigMaps, s_key, Stop);

    private async Task<int> WatchAsync(int atMost)
    {
        var count = 0;
        await foreach (var _ in client.WatchAsync(Resources.ConfigMaps, "ns", new WatchOptions(), Stop))
        {
            if (++count == atMost)
                break;
        }
        return count;
    }

    private sealed class TrackedResponse(HttpStatusCode code) : HttpResponseMessage(code)
    {
        public bool IsDisposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }

    private sealed class CountingTimeProvider : TimeProvider
    {
        private int timers;

        public int Timers => timers;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
