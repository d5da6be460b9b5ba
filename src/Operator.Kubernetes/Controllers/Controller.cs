using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;
using Operator.Kubernetes.Queue;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Controllers;

/// <summary>How a controller works.</summary>
public sealed record ControllerOptions
{
    /// <summary>For messages.</summary>
    public required string Name { get; init; }

    /// <summary>How many keys are worked on at a time; never the same key twice.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>How long what is being worked on may take at a stop. Shorter than the host's ShutdownTimeout (30 s).</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often it is said which informers are still waited for.</summary>
    public TimeSpan SyncWarning { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a key that failed waits.</summary>
    public Backoff Backoff { get; init; } = Backoff.Default;
}

/// <summary>One queue and the workers that reconcile its keys. What fills the queue is said with <c>Watch</c>.</summary>
public sealed partial class Controller : IDisposable
{
    private const long NotWorking = long.MinValue;
    private readonly ControllerOptions options;
    private readonly IReconciler reconciler;
    private readonly TimeProvider time;
    private readonly ILogger<Controller> logger;
    private readonly ControllerMetrics metrics;
    private readonly List<IInformer> informers = [];
    private long workingSince = NotWorking;

    /// <summary>A controller without informers.</summary>
    /// <param name="options">Name, workers and times.</param>
    /// <param name="reconciler">What is done with a key.</param>
    /// <param name="time">For delays.</param>
    /// <param name="logger">Failures at Error, conflicts at Debug.</param>
    /// <param name="metrics">Told of the work; null: nobody is.</param>
    public Controller(
        ControllerOptions options, IReconciler reconciler, TimeProvider time, ILogger<Controller> logger, RuntimeMetrics? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.reconciler = reconciler;
        this.time = time;
        this.logger = logger;
        this.metrics = new ControllerMetrics(metrics ?? RuntimeMetrics.None, options.Name);
        Queue = new WorkQueue<ObjectKey>(time, options.Backoff)
        {
            Metrics = new QueueMetrics(metrics ?? RuntimeMetrics.None, options.Name),
        };
    }

    /// <summary>For messages.</summary>
    public string Name => options.Name;

    /// <summary>The controller's own queue; anyone may add keys.</summary>
    public WorkQueue<ObjectKey> Queue { get; }

    /// <summary>Fills the queue from an informer, and waits for it before the first key is worked on. Before the informer runs.</summary>
    /// <param name="informer">What changes.</param>
    /// <param name="keys">The keys that a change concerns. Only maps; whether anything is to do is the reconciler's question.</param>
    public Controller Watch<T>(Informer<T> informer, Func<InformerEvent<T>, IEnumerable<ObjectKey>> keys)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(informer);
        WaitFor(informer);
        informer.OnChange(change =>
        {
            foreach (var key in keys(change))
                Queue.Add(key);
        });
        return this;
    }

    /// <summary>
    /// Fills the queue with the keys of an informer's own objects: those that the controller is for. A change of the status alone is no
    /// turn, see <see cref="InformerEvent{T}.IsIntent"/>: the controller wrote it itself.
    /// </summary>
    public Controller Watch<T>(Informer<T> informer)
        where T : class, IKubernetesObject => Watch(informer, static change => change.IsIntent ? [change.Key] : []);

    /// <summary>Waits for an informer that only is read from.</summary>
    public Controller WaitFor(IInformer informer)
    {
        informers.Add(informer);
        return this;
    }

    /// <summary>
    /// Waits for the informers, then works until cancelled. Then no more keys are begun; those that are being worked on may finish
    /// within the drain time-out and are cancelled after it. Returns, and does not throw, when cancelled. Runs once.
    /// </summary>
    /// <param name="stop">Ends it as said.</param>
    /// <param name="abort">Cancels at once what is being worked on: a lost lease leaves no time to finish.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abort = default)
    {
        if (!await SyncAsync(stop))
            return;
        Log.Started(logger, Name, options.Workers);
        metrics.Started(options.Workers);
        Volatile.Write(ref workingSince, time.GetTimestamp());
        using var work = CancellationTokenSource.CreateLinkedTokenSource(abort);
        Task[] workers = [.. Enumerable.Range(0, options.Workers).Select(_ => WorkAsync(work.Token))];
        // A worker that ends before the stop has met a bug: then all stop, and the error is thrown below.
        await Task.WhenAny([Task.Delay(Timeout.InfiniteTimeSpan, time, stop), .. workers]);
        Queue.ShutDown();
        await Task.WhenAny(Queue.DrainAsync(CancellationToken.None), Task.Delay(options.DrainTimeout, time, abort));
        await work.CancelAsync();
        await Task.WhenAll(workers);
        Volatile.Write(ref workingSince, NotWorking);
        Log.Stopped(logger, Name);
    }

    /// <summary>How its queue stands.</summary>
    public QueueReading Read()
    {
        var since = Volatile.Read(ref workingSince);
        return Queue.Read(Name, since == NotWorking ? null : since);
    }

    /// <summary>Shuts the queue down.</summary>
    public void Dispose() => Queue.Dispose();

    /// <summary>
    /// Waits for ever, and says what for: a kind that is not there yet (its CRD is missing) is no reason to crash.
    /// </summary>
    /// <returns>False when cancelled.</returns>
    private async Task<bool> SyncAsync(CancellationToken stop)
    {
        var all = Task.WhenAll(informers.Select(informer => informer.WaitForSyncAsync(stop)));
        while (await Task.WhenAny(all, Task.Delay(options.SyncWarning, time, stop)) != all && !stop.IsCancellationRequested)
            Log.Waiting(logger, Name, string.Join(", ", informers.Where(one => !one.HasSynced).Select(one => one.Name)));
        return !stop.IsCancellationRequested;
    }

    private async Task WorkAsync(CancellationToken work)
    {
        while (await Queue.GetAsync(CancellationToken.None) is { } key)
            await ProcessAsync(key, work);
    }

    private async Task ProcessAsync(ObjectKey key, CancellationToken work)
    {
        var startedAt = time.GetTimestamp();
        var outcome = ControllerMetrics.Error;
        using var span = RuntimeTraces.Reconcile(Name, key.Namespace, key.Name);
        metrics.Begins();
        try
        {
            await Task.Yield(); // a reconciler that never awaits must not keep the other workers from starting
            var result = await reconciler.ReconcileAsync(key, work);
            Queue.Forget(key);
            if (result.RequeueAfter is { } delay)
                Queue.AddAfter(key, delay);
            outcome = result.RequeueAfter is null ? ControllerMetrics.Success : ControllerMetrics.RequeueAfter;
        }
        catch (Exception error)
        {
            span.Failed(error);
            LogFailure(key, error, work);
            Queue.AddRateLimited(key);
        }
        finally
        {
            metrics.Ends(outcome, time.GetElapsedTime(startedAt));
            Queue.Done(key);
        }
    }

    private void LogFailure(ObjectKey key, Exception error, CancellationToken work)
    {
        if (work.IsCancellationRequested)
            Log.Abandoned(logger, Name, key);
        else if (error is ApiException { IsConflict: true } or ApiException { IsNamespaceTerminating: true })
            Log.Conflict(logger, Name, key, error.Message); // somebody was faster; nothing is wrong
        else
            Log.Failed(logger, Name, key, error.Message, Outage.TraceOf(error));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Controller {Name} works with {Workers} workers.")]
        public static partial void Started(ILogger logger, string name, int workers);

        [LoggerMessage(LogLevel.Information, "Controller {Name} has stopped.")]
        public static partial void Stopped(ILogger logger, string name);

        [LoggerMessage(LogLevel.Warning, "Controller {Name} waits for: {Informers}.")]
        public static partial void Waiting(ILogger logger, string name, string informers);

        [LoggerMessage(LogLevel.Error, "Controller {Name} failed on {Key} and tries it again: {Reason}")]
        public static partial void Failed(ILogger logger, string name, ObjectKey key, string reason, Exception? error);

        [LoggerMessage(LogLevel.Debug, "Controller {Name} comes back to {Key}: {Reason}")]
        public static partial void Conflict(ILogger logger, string name, ObjectKey key, string reason);

        [LoggerMessage(LogLevel.Warning, "Controller {Name} had to leave {Key} unfinished to stop in time.")]
        public static partial void Abandoned(ILogger logger, string name, ObjectKey key);
    }
}
