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
/// them. State belongs into conditions.
/// </summary>
public sealed partial class EventRecorder : BackgroundService
{
    private const int Pending = 512;
    private const int Remembered = 4096;
    private const int Tries = 3;
    private static readonly TimeSpan s_sameAgain = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(3);
    private static readonly Backoff s_backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    private readonly IKubernetesClient client;
    private readonly EventReporter reporter;
    private readonly TimeProvider time;
    private readonly ILogger<EventRecorder> logger;
    private readonly Channel<CoreV1Event> pending = Channel.CreateBounded<CoreV1Event>(Pending);
    private readonly Lock gate = new();
    private readonly Dictionary<Identity, long> recent = [];

    /// <summary>A recorder; its host starts the writing.</summary>
    public EventRecorder(IKubernetesClient client, EventReporter reporter, TimeProvider time, ILogger<EventRecorder> logger)
    {
        this.client = client;
        this.reporter = reporter;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>
    /// Notes an event. Never blocks and never throws; the same about the same object is dropped for ten minutes, and so is anything
    /// when too much is pending.
    /// </summary>
    /// <param name="about">The object; kind and metadata of it are used.</param>
    /// <param name="type">How it is meant.</param>
    /// <param name="reason">Why, as one CamelCase word for programs; at most 128 bytes.</param>
    /// <param name="action">What was done or tried, as one CamelCase word; at most 128 bytes.</param>
    /// <param name="note">For people; cut at 1 kB. No secrets.</param>
    public void Record(IKubernetesObject about, EventType type, string reason, string action, string note)
    {
        ArgumentNullException.ThrowIfNull(about);
        if (!IsNew(new Identity(about.Kind, about.Metadata.Uid, about.Metadata.Namespace, about.Metadata.Name, reason, note)))
            return;
        var now = time.GetUtcNow();
        // Lists come in the order of names, so the name begins with the time: kubectl sorts by whole seconds only.
        var suffix = $"{now.UtcTicks:x16}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        var said = new EventDraft.Said(type, reason, action, note);
        if (!pending.Writer.TryWrite(EventDraft.Build(reporter, EventDraft.Reference(about), said, now, suffix)))
            Log.Dropped(logger, reason, about.Kind, about.Metadata.Name);
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
        await foreach (var next in pending.Reader.ReadAllAsync(CancellationToken.None))
            await WriteAsync(next, giveUp.Token);
    }

    private bool IsNew(Identity identity)
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            if (recent.TryGetValue(identity, out var seen) && time.GetElapsedTime(seen, now) < s_sameAgain)
                return false;
            if (recent.Count >= Remembered)
                Forget(now);
            recent[identity] = now;
            return true;
        }
    }

    private void Forget(long now)
    {
        foreach (var (identity, seen) in recent)
        {
            if (time.GetElapsedTime(seen, now) >= s_sameAgain)
                recent.Remove(identity);
        }
        if (recent.Count >= Remembered)
            recent.Clear(); // a flood: a few repeated events are better than growing memory
    }

    private async Task WriteAsync(CoreV1Event next, CancellationToken giveUp)
    {
        for (var tries = 1; !await TryWriteAsync(next, tries == Tries, giveUp); tries++)
        {
            var wait = s_backoff.After(tries, Random.Shared.NextDouble());
            await Task.Delay(wait, time, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False when another try may help.</returns>
    private async Task<bool> TryWriteAsync(CoreV1Event next, bool isLast, CancellationToken giveUp)
    {
        try
        {
            await client.CreateAsync(Resources.Events, next, giveUp);
            return true;
        }
        catch (Exception error)
        {
            var isRefused = error is ApiException { StatusCode: < HttpStatusCode.InternalServerError };
            if (!isLast && !isRefused && !giveUp.IsCancellationRequested)
                return false;
            if (error is ApiException { IsNamespaceTerminating: true })
                return true; // it goes, and its events with it
            Log.NotWritten(logger, next.Reason, next.InvolvedObject?.Kind, next.InvolvedObject?.Name, error.Message, Outage.TraceOf(error));
            return true;
        }
    }

    private readonly record struct Identity(string? Kind, string? Uid, string? Namespace, string? Name, string Reason, string Note);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Too many events are pending; {Reason} of {Kind} {Name} is dropped.")]
        public static partial void Dropped(ILogger logger, string reason, string? kind, string? name);

        [LoggerMessage(LogLevel.Warning, "Event {Reason} of {Kind} {Name} could not be written: {Cause}")]
        public static partial void NotWritten(
            ILogger logger, string? reason, string? kind, string? name, string cause, Exception? error);
    }
}
