using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Queue;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Informers;

/// <summary>Follows one kind in one namespace, or in all: one list, and a watch from there on.</summary>
/// <param name="client">The API server.</param>
/// <param name="resource">The kind.</param>
/// <param name="space">The namespace; null for all.</param>
/// <param name="options">Selectors, and which objects are wanted; its namespaces do not matter here.</param>
/// <param name="store">Gets what is seen; other reflectors may write to it, too, but never objects of this namespace.</param>
/// <param name="tell">Hears of each change, after the store has it.</param>
/// <param name="time">For waiting.</param>
/// <param name="logger">Failures at Warning, events at Trace.</param>
internal sealed partial class Reflector<T>(
    IKubernetesClient client,
    Resource<T> resource,
    string? space,
    InformerOptions options,
    Store<T> store,
    Action<InformerEvent<T>> tell,
    TimeProvider time,
    ILogger logger)
    where T : class, IKubernetesObject
{
    private static readonly Backoff s_backoff = new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30));
    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_waitForOther = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_fruitfulAge = TimeSpan.FromSeconds(1);
    private readonly WatchCursor cursor = new();
    private readonly InformerCounters counters = new(time);
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it follows, for messages.</summary>
    public string Name { get; } = space is null ? resource.QualifiedName : $"{resource.QualifiedName} in {space}";

    /// <summary>Ends when the first list is taken over.</summary>
    public Task Synced => synced.Task;

    /// <summary>How it stands; it holds no objects itself.</summary>
    public InformerReading Read() => counters.Read(Name, synced.Task.IsCompleted, 0);

    /// <summary>Lists and watches until cancelled, and returns then. Failures are logged and tried again, for ever; only a bug makes it throw.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
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
        var incoming = new Dictionary<ObjectKey, T>();
        string? next = null;
        string? version;
        do
        {
            var page = await client.ListAsync(resource, space, PageOptions(next), stop);
            counters.Progress();
            foreach (var item in page.Items.Where(IsWanted))
                incoming[ObjectKey.Of(item)] = item;
            version = page.ResourceVersion;
            next = page.Continue;
        }
        while (next is not null);
        var count = incoming.Count; // from now on it is the store's
        var changes = store.TakeOver(space, incoming);
        cursor.Listed(version);
        foreach (var change in changes)
            tell(change);
        Log.Listed(logger, Name, count, changes.Count);
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
        await foreach (var change in client.WatchAsync(resource, space, FromCursor(), stop))
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
            tell(told);
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
    }
}
