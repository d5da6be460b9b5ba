using System.Collections.Concurrent;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Rollout;

/// <summary>
/// Keeps a long poll open to the sidecars of pods that are under way, and only to those, and remembers the last report of each.
/// What it holds is a cache: after a restart the first poll brings it back. A report counts only when it was made with the server's key.
/// </summary>
internal sealed partial class ReportFollower(HttpClient http, ReportKeys keys, TimeProvider time, ILogger<ReportFollower> logger) : IAsyncDisposable
{
    private const int WaitSeconds = 25;
    private const int LongestReport = 1024 * 1024; // whoever has the pod's address may answer
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(WaitSeconds + 10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Poll> polls = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (ObjectKey Server, ReloadReport? Report)> latest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ObjectKey> distrusted = new(StringComparer.Ordinal);

    private sealed record Poll(ObjectKey Server, CancellationTokenSource Stop);

    /// <summary>Makes one with its own connections.</summary>
    public static ReportFollower Create(IServiceProvider provider) => new(
        // Each call has its own deadline; the client lives as long as the process.
        new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3), UseProxy = false, AllowAutoRedirect = false })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LongestReport,
        },
        provider.GetRequiredService<ReportKeys>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<ReportFollower>>());

    /// <summary>Called with the server's key after each new report, and when a pod does not answer. Set once, before the first poll.</summary>
    public Action<ObjectKey> Changed { get; set; } = static _ => { };

    /// <summary>The last report of a pod's incarnation, if any came.</summary>
    public ReloadReport? Latest(string incarnation) => latest.TryGetValue(incarnation, out var known) ? known.Report : null;

    /// <summary>Whether the pod has been asked: it gave a report, or no answer.</summary>
    public bool WasAsked(string incarnation) => latest.ContainsKey(incarnation);

    /// <summary>
    /// From now on exactly these pods of the server are polled. Reports of incarnations that <paramref name="existing"/> does not
    /// name are forgotten.
    /// </summary>
    public void Follow(ObjectKey server, IReadOnlyCollection<PodView> wanted, IReadOnlyCollection<PodView> existing)
    {
        var keep = wanted.Where(static pod => pod.Ip is not null).ToDictionary(static pod => pod.Incarnation, StringComparer.Ordinal);
        foreach (var (incarnation, poll) in polls)
        {
            if (poll.Server == server && !keep.ContainsKey(incarnation) && polls.TryRemove(incarnation, out _))
                poll.Stop.Cancel();
        }
        Forget(server, latest, static known => known.Server, existing);
        Forget(server, distrusted, static known => known, existing);
        foreach (var pod in keep.Values)
            Start(server, pod);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var poll in polls.Values)
            poll.Stop.Cancel();
        polls.Clear();
        return ValueTask.CompletedTask;
    }

    private static void Forget<T>(
        ObjectKey server, ConcurrentDictionary<string, T> incarnations, Func<T, ObjectKey> serverOf, IReadOnlyCollection<PodView> existing)
    {
        foreach (var (incarnation, known) in incarnations)
        {
            if (serverOf(known) == server && existing.All(pod => pod.Incarnation != incarnation))
                incarnations.TryRemove(incarnation, out _);
        }
    }

    private void Start(ObjectKey server, PodView pod)
    {
        var poll = new Poll(server, new CancellationTokenSource());
        if (polls.TryAdd(pod.Incarnation, poll))
            _ = RunAsync(server, pod, poll.Stop.Token);
        else
            poll.Stop.Dispose();
    }

    private async Task RunAsync(ObjectKey server, PodView pod, CancellationToken stop)
    {
        var retry = FirstRetry;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var report = await AskAsync(server, pod, Latest(pod.Incarnation), stop);
                if (report is not null)
                {
                    latest[pod.Incarnation] = (server, report);
                    Changed(server);
                }
                retry = FirstRetry;
                // Coalesces a burst of reports into one reconcile; the first one was passed on at once.
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                if (error is ReportRefusedException { IsDistrust: true } && distrusted.TryAdd(pod.Incarnation, server))
                    Log.Distrusted(logger, server, pod.Name, error.Message);
                else
                    Log.PollFailed(logger, server, pod.Name, error.Message);
                if (latest.TryAdd(pod.Incarnation, (server, null)))
                    Changed(server);
                await Task.Delay(retry, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry = retry * 2 > LongestRetry ? LongestRetry : retry * 2;
            }
        }
    }

    /// <summary>One long poll; null when nothing changed.</summary>
    private async Task<ReloadReport?> AskAsync(ObjectKey server, PodView pod, ReloadReport? known, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        var key = keys.Find(server) ?? throw new ReportRefusedException("no report key is published yet", isDistrust: false);
        var exchange = new ReportExchange(key, known, WaitSeconds);
        var host = pod.Ip!.Contains(':', StringComparison.Ordinal) ? $"[{pod.Ip}]" : pod.Ip;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{host}:{PodPaths.ReportPort}{exchange.Target}"));
        foreach (var (name, value) in exchange.Headers)
            request.Headers.Add(name, value);
        using var response = await http.SendAsync(request, both.Token);
        var mac = response.Headers.TryGetValues(ReportAuthentication.MacHeader, out var values) ? values.FirstOrDefault() : null;
        var report = exchange.Read((int)response.StatusCode, mac, await response.Content.ReadAsByteArrayAsync(both.Token));
        return report.Instance == known?.Instance && report.Revision == known.Revision ? null : report;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The report of pod {Pod} of CyrusServer {Server} cannot be read yet: {Error}")]
        public static partial void PollFailed(ILogger logger, ObjectKey server, string pod, string error);

        [LoggerMessage(LogLevel.Warning, "The report of pod {Pod} of CyrusServer {Server} is not believed: {Error}. It is asked again.")]
        public static partial void Distrusted(ILogger logger, ObjectKey server, string pod, string error);
    }
}
