using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Servers.Rollout;
using Operator.Testing;

namespace Operator.Tests.Servers;

/// <summary>What of an answer to the operator's poll is believed. The sidecar's side is in Operator.Reloader.Tests.</summary>
public sealed class ReportFollowerTests : IAsyncDisposable
{
    private const int Limit = 30_000;

    private static readonly ObjectKey Server = new("post", "mail");
    private static readonly PodView Pod = Make.Pod("mail-0");

    private readonly ReportKey key = ReportKey.Create();
    private readonly Sidecar sidecar = new();
    private readonly ReportKeys keys = new();
    private readonly Lines log = new();
    private readonly ManualTimeProvider time = new();
    private readonly SemaphoreSlim changed = new(0);
    private readonly HttpClient http;
    private readonly ReportFollower follower;

    public ReportFollowerTests()
    {
        http = new HttpClient(sidecar);
        follower = new ReportFollower(http, keys, time, log) { Changed = _ => changed.Release() };
        sidecar.Key = key;
        keys.Note(Server, key);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await follower.DisposeAsync();
        http.Dispose();
        changed.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task A_report_made_with_the_servers_key_is_taken()
    {
        Follow();
        await changed.WaitAsync(Stop);

        follower.Latest(Pod.Incarnation)!.Revision.ShouldBe(1);
        log.Written.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_report_made_with_another_key_is_not_taken_and_said_once()
    {
        sidecar.Key = ReportKey.Create();
        Follow();
        await changed.WaitAsync(Stop);
        await AskAgainAsync();
        follower.Latest(Pod.Incarnation).ShouldBeNull();
        follower.WasAsked(Pod.Incarnation).ShouldBeTrue();

        sidecar.Key = key;
        await AskAgainAsync();
        await changed.WaitAsync(Stop);

        follower.Latest(Pod.Incarnation).ShouldNotBeNull();
        var warning = log.Written.ShouldHaveSingleItem();
        warning.ShouldStartWith("Warning: The report of pod mail-0 of CyrusServer post/mail is not believed: its answer was not made with");
        warning.ShouldNotContain(System.Text.Encoding.ASCII.GetString(key.ToText()));
    }

    [Fact(Timeout = Limit)]
    public async Task A_pod_with_the_key_of_its_own_server_cannot_speak_for_another()
    {
        var other = new ObjectKey("post", "other");
        var otherPod = Make.Pod("other-0");
        keys.Note(other, ReportKey.Create());
        follower.Follow(other, [otherPod], [otherPod]); // the answers are made with the key of the first server
        await changed.WaitAsync(Stop);
        Follow();
        await changed.WaitAsync(Stop);

        follower.Latest(otherPod.Incarnation).ShouldBeNull();
        follower.Latest(Pod.Incarnation)!.Phase.ShouldBe(ReloadPhase.Healthy);
        log.Written.ShouldHaveSingleItem().ShouldContain("CyrusServer post/other");
    }

    [Fact(Timeout = Limit)]
    public async Task An_answer_that_was_good_once_is_not_taken_again()
    {
        Follow();
        await changed.WaitAsync(Stop);
        sidecar.Replays = true;
        await AskAgainAsync();
        await AskAgainAsync();

        follower.Latest(Pod.Incarnation)!.Revision.ShouldBe(1);
        log.Written.ShouldHaveSingleItem().ShouldContain("is not believed");
    }

    [Fact(Timeout = Limit)]
    public async Task A_report_that_no_sidecar_would_make_is_not_taken_and_the_next_good_one_is()
    {
        sidecar.Instance = new string('a', 70_000);
        Follow();
        await changed.WaitAsync(Stop);
        follower.Latest(Pod.Incarnation).ShouldBeNull();

        sidecar.Instance = "i";
        await AskAgainAsync();
        await changed.WaitAsync(Stop);

        follower.Latest(Pod.Incarnation)!.Instance.ShouldBe("i");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_a_published_key_nobody_is_asked()
    {
        keys.Forget(Server);
        Follow();
        await changed.WaitAsync(Stop);

        sidecar.Asked.ShouldBe(0);
        follower.WasAsked(Pod.Incarnation).ShouldBeTrue();
        log.Written.ShouldBeEmpty();
    }

    private void Follow() => follower.Follow(Server, [Pod], [Pod]);

    private async Task AskAgainAsync()
    {
        await time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5), Stop);
        time.Advance(TimeSpan.FromSeconds(5));
        await time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5), Stop);
    }

    /// <summary>Answers as a sidecar with a key of its own.</summary>
    private sealed class Sidecar : HttpMessageHandler
    {
        private int revision;

        public ReportKey? Key { get; set; }

        public string Instance { get; set; } = "i";

        /// <summary>Gives the last answer again, whatever is asked.</summary>
        public bool Replays { get; set; }

        private (string Mac, byte[] Body) Last { get; set; }

        public int Asked => Volatile.Read(ref revision);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var nonce = request.Headers.GetValues(ReportAuthentication.NonceHeader).Single();
            var report = new ReloadReport { Instance = Instance, Revision = Interlocked.Increment(ref revision), Phase = ReloadPhase.Healthy };
            var body = JsonSerializer.SerializeToUtf8Bytes(report, ContractJson.Default.ReloadReport);
            if (!Replays)
                Last = (ReportAuthentication.MacOfAnswer(Key!, nonce, 200, body), body);
            var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(Last.Body) };
            answer.Headers.Add(ReportAuthentication.MacHeader, Last.Mac);
            return Task.FromResult(answer);
        }
    }

    /// <summary>What was logged above Debug.</summary>
    private sealed class Lines : ILogger<ReportFollower>
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level > LogLevel.Debug;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(level))
                Written.Enqueue($"{level}: {formatter(state, exception)}");
        }
    }
}
