using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Queue;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Informers;

/// <summary>
/// Keeps a copy of all objects of a kind, by one list and a watch from there on, and tells what changes. The copy lags behind: read
/// afresh with the client what a write depends on. Indexes and handlers are added before <see cref="RunAsync"/>.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed partial class Informer<T> : IInformer
    where T : class, IKubernetesObject
{
    private static readonly Backoff s_backoff = new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30));
    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_waitForOther = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_fruitfulAge = TimeSpan.FromSeconds(1);
    private readonly IKubernetesClient client;
    private readonly Resource<T> resource;
    private readonly InformerOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Store<T> store = new();
    private readonly WatchCursor cursor = new();
    private readonly InformerCounters counters;
    private readonly List<Action<InformerEvent<T>>> handlers = [];
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int started;

    /// <summary>An informer; nothing is asked yet.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="resource">The kind; <see cref="Resource{T}.MetadataOnly"/> where the content is of no use.</param>
    /// <param name="options">Namespace and selectors.</param>
    /// <param name="time">For waiting.</param>
    /// <param name="logger">Failures at Warning, events at Trace.</param>
    public Informer(IKubernetesClient client, Resource<T> resource, InformerOptions options, TimeProvider time, ILogger<Informer<T>> logger)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(options);
        this.client = client;
        this.resource = resource;
        this.options = options;
        this.time = time;
        this.logger = logger;
        counters = new InformerCounters(time);
        Name = options.Namespace is null ? resource.QualifiedName : $"{resource.QualifiedName} in {options.Namespace}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool HasSynced => synced.Task.IsCompleted;

    /// <summary>All objects as they are known now, in no order; empty before the first sync. The list never changes.</summary>
    public IReadOnlyList<T> List() => store.List();

    /// <summary>The object as it is known now, or null.</summary>
    public T? Get(ObjectKey key) => store.Get(key);

    /// <summary>The objects for which the index's function gave the value.</summary>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    public IReadOnlyList<T> ByIndex(string index, string value) => store.ByIndex(index, value);

    /// <summary>Adds an index, before <see cref="RunAsync"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">The values of one object, such as the Secrets that it names. Pure.</param>
    /// <exception cref="InvalidOperationException">The informer runs already.</exception>
    public void AddIndex(string name, Func<T, IEnumerable<string>> values)
    {
        ThrowIfStarted();
        store.AddIndex(name, values);
    }

    /// <summary>
    /// Adds a handler, before <see cref="RunAsync"/>. It is called for one change after the other, after the set has it. It must not
    /// block and shall only map the object to keys of a queue: what to do is decided from the world as it is at the key's turn.
    /// </summary>
    /// <exception cref="InvalidOperationException">The informer runs already.</exception>
    public void OnChange(Action<InformerEvent<T>> handler)
    {
        ThrowIfStarted();
        handlers.Add(handler);
    }

    /// <inheritdoc/>
    public InformerReading Read() => counters.Read(Name, HasSynced, store.Count);

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => synced.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref started, 1) != 0)
            throw new InvalidOperationException($"The informer of {Name} has been started before.");
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var atLeast = TimeSpan.Zero;
            try
            {
                if (cursor.MustList)
                    await ListAsync(stop);
                failures = await FollowAsync(stop) ? 0 : failures + 1;
            }
            catch (Exception error)
            {
                if (stop.IsCancellationRequested)
                    return;
                counters.Failed();
                cursor.Fail(error);
                failures++;
                atLeast = RetryAfter(error);
                LogFailure(error);
            }
            var wait = s_backoff.After(failures, Random.Shared.NextDouble());
            await Task.Delay(wait > atLeast ? wait : atLeast, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListAsync(CancellationToken stop)
    {
        await WaitForOtherAsync(stop);
        counters.ListBegins();
        store.BeginList();
        string? next = null;
        string? version;
        do
        {
            var page = await client.ListAsync(resource, options.Namespace, PageOptions(next), stop);
            counters.Progress();
            store.AddPage(page.Items.Where(IsWanted));
            version = page.ResourceVersion;
            next = page.Continue;
        }
        while (next is not null);
        var changes = store.EndList();
        cursor.Listed(version);
        foreach (var change in changes)
            Tell(change);
        Log.Listed(logger, Name, store.Count, changes.Count);
        synced.TrySetResult();
    }

    /// <exception cref="TimeoutException">The other informer takes long: a failure like others, so that it is said and shows.</exception>
    private async Task WaitForOtherAsync(CancellationToken stop)
    {
        if (options.After is not { HasSynced: false } other)
            return;
        try
        {
            await other.WaitForSyncAsync(stop).WaitAsync(s_waitForOther, time, stop);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{other.Name} has not synced, which is waited for.");
        }
    }

    private bool IsWanted(T item) => options.Keep is not { } keep || keep(item);

    /// <summary>One watch, to its end.</summary>
    /// <returns>Whether it lived for a while or told something.</returns>
    private async Task<bool> FollowAsync(CancellationToken stop)
    {
        var startedAt = time.GetTimestamp();
        var told = false;
        counters.WatchBegins();
        await foreach (var change in client.WatchAsync(resource, options.Namespace, FromCursor(), stop))
        {
            told = true;
            counters.Progress();
            Take(change);
            cursor.Advance(change.ResourceVersion);
        }
        var fruitful = told || time.GetElapsedTime(startedAt) >= s_fruitfulAge;
        cursor.Ended(fruitful);
        if (!fruitful)
            counters.WatchWasShort();
        return fruitful;
    }

    private void Take(WatchEvent<T> change)
    {
        Log.Event(logger, Name, change.Type, change.ResourceVersion);
        var effect = (change.Type, change.Object) switch
        {
            (WatchEventType.Added or WatchEventType.Modified, { } item) when IsWanted(item) => store.Apply(item),
            (not WatchEventType.Bookmark, { } item) => store.Delete(item),
            _ => null,
        };
        if (effect is { } told)
            Tell(told);
    }

    /// <summary>One handler's bug must not keep the others, and the copy itself, from going on.</summary>
    private void Tell(InformerEvent<T> change)
    {
        foreach (var handler in handlers)
        {
            try
            {
                handler(change);
            }
            catch (Exception error)
            {
                Log.HandlerFailed(logger, Name, change.Key, error);
            }
        }
    }

    private static TimeSpan RetryAfter(Exception error)
    {
        var asked = (error as ApiException)?.RetryAfter ?? TimeSpan.Zero;
        return asked < s_longestRetryAfter ? asked : s_longestRetryAfter;
    }

    private ListOptions PageOptions(string? page) => new()
    {
        LabelSelector = options.LabelSelector,
        FieldSelector = options.FieldSelector,
        Limit = options.PageSize,
        Continue = page,
    };

    private WatchOptions FromCursor() => new()
    {
        LabelSelector = options.LabelSelector,
        FieldSelector = options.FieldSelector,
        ResourceVersion = cursor.ResourceVersion,
    };

    private void LogFailure(Exception error)
    {
        if (error is ApiException { IsGone: true })
            Log.Gone(logger, Name);
        else
            Log.Failed(logger, Name, error.Message, Outage.TraceOf(error));
    }

    private void ThrowIfStarted()
    {
        if (Volatile.Read(ref started) != 0)
            throw new InvalidOperationException($"The informer of {Name} runs already.");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Listed {Name}: {Count} objects, {Changes} changes.")]
        public static partial void Listed(ILogger logger, string name, int count, int changes);

        [LoggerMessage(LogLevel.Trace, "Event of {Name}: {Type} at {ResourceVersion}.")]
        public static partial void Event(ILogger logger, string name, WatchEventType type, string resourceVersion);

        [LoggerMessage(LogLevel.Debug, "The version of {Name} that we know is too old; all is listed again.")]
        public static partial void Gone(ILogger logger, string name);

        [LoggerMessage(LogLevel.Warning, "Following {Name} failed and is tried again: {Reason}")]
        public static partial void Failed(ILogger logger, string name, string reason, Exception? error);

        [LoggerMessage(LogLevel.Error, "A handler of {Name} failed on {Key}.")]
        public static partial void HandlerFailed(ILogger logger, string name, ObjectKey key, Exception error);
    }
}
