using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Queue;

namespace Operator.Kubernetes.Events;

/// <summary>
/// Tells people what happened to an object. Events are hints: they are written in the background, and lost when the API server cannot take
/// them. State belongs into conditions. The same again only counts, and each object has a budget: 25 writes, then one each 5 minutes.
/// </summary>
public sealed partial class EventRecorder : BackgroundService
{
    private const int Pending = 512;
    private const int Tries = 3;
    private static readonly TimeSpan s_refresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(3);
    private static readonly Backoff s_backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    private readonly EventSink sink;
    private readonly TimeProvider time;
    private readonly ILogger<EventRecorder> logger;
    private readonly long startedAt;
    private readonly Channel<EventState> pending = Channel.CreateBounded<EventState>(Pending);
    private readonly Lock gate = new();
    private readonly EventCorrelator correlator = new();

    /// <summary>A recorder; its host starts the writing. Needs <c>create</c> and <c>patch</c> on events of both groups.</summary>
    public EventRecorder(IKubernetesClient client, EventReporter reporter, TimeProvider time, ILogger<EventRecorder> logger)
    {
        ArgumentNullException.ThrowIfNull(time);
        sink = new EventSink(client, reporter);
        this.time = time;
        this.logger = logger;
        startedAt = time.GetTimestamp();
    }

    /// <summary>
    /// Notes an event. Never blocks and never throws. The same about the same object within ten minutes is counted, and the count written
    /// once a minute; what is over the object's budget is dropped, and so is anything when too much is pending.
    /// </summary>
    /// <param name="about">The object; kind and metadata of it are used.</param>
    /// <param name="type">How it is meant.</param>
    /// <param name="reason">Why, as one CamelCase word for programs; at most 128 bytes.</param>
    /// <param name="action">What was done or tried, as one CamelCase word; at most 128 bytes.</param>
    /// <param name="note">For people; cut at 1 kB. No secrets.</param>
    public void Record(IKubernetesObject about, EventType type, string reason, string action, string note)
    {
        ArgumentNullException.ThrowIfNull(about);
        var now = time.GetUtcNow();
        // Lists come in the order of names, so the name begins with the time: kubectl sorts by whole seconds only.
        var suffix = $"{now.UtcTicks:x16}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var content = new EventContent(EventSubject.Of(about), type, reason, action, note);
        lock (gate)
        {
            if (correlator.Take(content, time.GetElapsedTime(startedAt), now, suffix) is { } first)
                Enqueue(first);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var giveUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var stop = stoppingToken.Register(() =>
        {
            pending.Writer.TryComplete();
            giveUp.CancelAfter(s_stopTime);
        });
        var refresh = RefreshAsync(stoppingToken);
        await foreach (var next in pending.Reader.ReadAllAsync(CancellationToken.None))
            await WriteAsync(next, giveUp.Token);
        await refresh;
    }

    /// <summary>From time to time it is told how often things have happened meanwhile.</summary>
    private async Task RefreshAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(s_refresh, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (gate)
            {
                foreach (var again in correlator.Repeated(time.GetElapsedTime(startedAt)))
                    Enqueue(again);
            }
        }
    }

    private void Enqueue(EventState next)
    {
        if (!pending.Writer.TryWrite(next))
            Log.Dropped(logger, next.Content.Reason, next.Content.About.Kind, next.Content.About.Name);
    }

    private async Task WriteAsync(EventState next, CancellationToken giveUp)
    {
        for (var tries = 1; !await TryWriteAsync(next, tries == Tries, giveUp); tries++)
        {
            var wait = s_backoff.After(tries, Random.Shared.NextDouble());
            await Task.Delay(wait, time, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False when another try may help.</returns>
    private async Task<bool> TryWriteAsync(EventState next, bool isLast, CancellationToken giveUp)
    {
        try
        {
            await sink.WriteAsync(next, giveUp);
            return true;
        }
        catch (Exception error)
        {
            var isRefused = error is ApiException { StatusCode: < HttpStatusCode.InternalServerError };
            if (!isLast && !isRefused && !giveUp.IsCancellationRequested)
                return false;
            if (error is ApiException { IsNamespaceTerminating: true } or ApiException { IsAlreadyExists: true })
                return true; // it goes, and its events with it; or an earlier try did arrive
            var about = next.Content.About;
            Log.NotWritten(logger, next.Content.Reason, about.Kind, about.Name, error.Message, Outage.TraceOf(error));
            return true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Too many events are pending; {Reason} of {Kind} {Name} is dropped.")]
        public static partial void Dropped(ILogger logger, string reason, string? kind, string? name);

        [LoggerMessage(LogLevel.Warning, "Event {Reason} of {Kind} {Name} could not be written: {Cause}")]
        public static partial void NotWritten(
            ILogger logger, string? reason, string? kind, string? name, string cause, Exception? error);
    }
}
