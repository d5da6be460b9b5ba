using System.Threading.Channels;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Queue;

/// <summary>
/// Keys that wait to be worked on, each at most once and never by two workers at a time (client-go util/workqueue). A key that is
/// added while it is worked on is worked on once more afterwards. Whoever gets a key must call <see cref="Done"/>.
/// Safe for concurrent use.
/// </summary>
/// <typeparam name="TKey">What names the work. Keys only: what to do is found out afresh when it is their turn.</typeparam>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : struct, IEquatable<TKey>
{
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromHours(1);
    private readonly TimeProvider time;
    private readonly Backoff backoff;
    private readonly Func<double> jitter;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private readonly Channel<TKey> ready = Channel.CreateUnbounded<TKey>();
    private readonly Dictionary<TKey, long> dirty = []; // to be worked on, and since when: in ready, or waiting for Done
    private readonly Dictionary<TKey, long> processing = []; // and since when
    private readonly Dictionary<TKey, int> failures = [];
    private readonly Dictionary<TKey, long> due = []; // by timestamp; the truth about delayed keys
    private readonly PriorityQueue<TKey, long> byTime = new(); // may hold entries that due no longer knows
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long takenAt;
    private bool isShutDown;

    /// <summary>An empty queue.</summary>
    /// <param name="time">For delays.</param>
    /// <param name="backoff">For <see cref="AddRateLimited"/>; <see cref="Backoff.Default"/> when null.</param>
    /// <param name="jitter">Random numbers from 0 to 1; the process's own when null.</param>
    public WorkQueue(TimeProvider time, Backoff? backoff = null, Func<double>? jitter = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        this.backoff = backoff ?? Backoff.Default;
        this.jitter = jitter ?? Random.Shared.NextDouble;
        timer = time.CreateTimer(_ => AddDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        takenAt = time.GetTimestamp();
    }

    /// <summary>Told what happens; null: nobody is.</summary>
    internal QueueMetrics? Metrics { get; init; }

    /// <summary>Keys that are ready and not yet handed out.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return ready.Reader.Count;
        }
    }

    /// <summary>Adds a key now. A delayed turn of the same key still comes.</summary>
    public void Add(TKey key)
    {
        lock (gate)
            AddLocked(key);
    }

    /// <summary>Adds a key later. Of several times the earliest counts. At once when the delay is not above zero.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        lock (gate)
        {
            if (isShutDown)
                return;
            Metrics?.Retried();
            if (delay <= TimeSpan.Zero)
                AddLocked(key);
            else
                Schedule(key, time.GetTimestamp() + (long)Math.Ceiling(delay.TotalSeconds * time.TimestampFrequency));
        }
    }

    /// <summary>Adds a key after a failure: later, the more failures there were since <see cref="Forget"/>.</summary>
    public void AddRateLimited(TKey key)
    {
        int count;
        lock (gate)
            count = failures[key] = failures.GetValueOrDefault(key) + 1;
        AddAfter(key, backoff.After(count, jitter()));
    }

    /// <summary>The key succeeded: its failures no longer count.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
            failures.Remove(key);
    }

    /// <summary>Waits for a key.</summary>
    /// <returns>The key, or null once the queue is shut down.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<TKey?> GetAsync(CancellationToken cancellationToken)
    {
        while (await ready.Reader.WaitToReadAsync(cancellationToken))
        {
            if (TryTake() is { } key)
                return key;
        }
        return null;
    }

    /// <summary>The worker is done with a key that it got, whatever came of it.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            if (processing.Remove(key, out var startedAt))
                Metrics?.Done(time.GetElapsedTime(startedAt));
            if (!isShutDown && dirty.ContainsKey(key))
                ready.Writer.TryWrite(key);
            CompleteIfDrained();
        }
    }

    /// <summary>How it stands.</summary>
    /// <param name="name">For the reading.</param>
    /// <param name="workingSince">Timestamp at which the workers began; null when there are none.</param>
    internal QueueReading Read(string name, long? workingSince)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            var running = processing.Values.Select(startedAt => time.GetElapsedTime(startedAt, now)).ToList();
            return new QueueReading(
                name,
                workingSince is not null,
                ready.Reader.Count,
                running.Aggregate(TimeSpan.Zero, static (sum, one) => sum + one),
                running.Count == 0 ? TimeSpan.Zero : running.Max(),
                time.GetElapsedTime(Math.Max(takenAt, workingSince ?? now), now));
        }
    }

    /// <summary>
    /// No more keys are taken or handed out. Unlike client-go's queue this one drops what is ready: all state is level-based, so the
    /// next start adds every key again, and the time to stop in is better spent on what is being worked on.
    /// </summary>
    public void ShutDown()
    {
        lock (gate)
        {
            if (isShutDown)
                return;
            isShutDown = true;
            while (ready.Reader.TryRead(out _))
            {
                // Dropped.
            }
            ready.Writer.Complete();
            dirty.Clear();
            due.Clear();
            byTime.Clear();
            CompleteIfDrained();
        }
    }

    /// <summary>Waits, after <see cref="ShutDown"/>, until no key is being worked on.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => drained.Task.WaitAsync(cancellationToken);

    /// <summary>Shuts down and lets go of the timer.</summary>
    public void Dispose()
    {
        ShutDown();
        timer.Dispose();
    }

    private TKey? TryTake()
    {
        lock (gate)
        {
            if (!ready.Reader.TryRead(out var key))
                return null;
            takenAt = time.GetTimestamp();
            if (dirty.Remove(key, out var addedAt))
                Metrics?.Taken(time.GetElapsedTime(addedAt, takenAt));
            processing.Add(key, takenAt);
            return key;
        }
    }

    private void AddLocked(TKey key)
    {
        if (isShutDown || !dirty.TryAdd(key, time.GetTimestamp()))
            return;
        Metrics?.Added();
        if (!processing.ContainsKey(key))
            ready.Writer.TryWrite(key);
    }

    private void Schedule(TKey key, long at)
    {
        if (due.TryGetValue(key, out var known) && known <= at)
            return;
        due[key] = at;
        byTime.Enqueue(key, at);
        SetTimer();
    }

    private void AddDue()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            while (byTime.TryPeek(out var key, out var at) && at <= now)
            {
                byTime.Dequeue();
                if (due.TryGetValue(key, out var known) && known == at)
                {
                    due.Remove(key);
                    AddLocked(key);
                }
            }
            SetTimer();
        }
    }

    private void SetTimer()
    {
        if (isShutDown || !byTime.TryPeek(out _, out var at))
            return;
        // Rounded up: a timer that fires a fraction early would find nothing due and spin.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling((at - time.GetTimestamp()) * 1000.0 / time.TimestampFrequency));
        wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > s_longestTimer ? s_longestTimer : wait;
        timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void CompleteIfDrained()
    {
        if (isShutDown && processing.Count == 0)
            drained.TrySetResult();
    }
}
