using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Informers;

/// <summary>
/// Keeps a copy of all objects of a kind, by one list and a watch from there on in each namespace, and tells what changes. The copy lags behind: read
/// afresh with the client what a write depends on. Indexes and handlers are added before <see cref="RunAsync"/>.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed partial class Informer<T> : IInformer
    where T : class, IKubernetesObject
{
    private readonly ILogger logger;
    private readonly Store<T> store = new();
    private readonly Reflector<T>[] reflectors; // one for each namespace
    private readonly Task synced;
    private readonly Lock telling = new(); // reflectors run side by side, and handlers are called one after the other
    private readonly List<Action<InformerEvent<T>>> handlers = [];
    private int started;

    /// <summary>An informer; nothing is asked yet.</summary>
    /// <param name="client">The API server.</param>
    /// <param name="resource">The kind; <see cref="Resource{T}.MetadataOnly"/> where the content is of no use.</param>
    /// <param name="options">Namespaces and selectors.</param>
    /// <param name="time">For waiting.</param>
    /// <param name="logger">Failures at Warning, events at Trace.</param>
    public Informer(IKubernetesClient client, Resource<T> resource, InformerOptions options, TimeProvider time, ILogger<Informer<T>> logger)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentNullException.ThrowIfNull(options);
        this.logger = logger;
        string?[] spaces = options.Namespaces.Count == 0 ? [null] : [.. options.Namespaces];
        reflectors = [.. spaces.Select(space => new Reflector<T>(client, resource, space, options, store, Tell, time, logger))];
        synced = Task.WhenAll(reflectors.Select(static one => one.Synced));
        Name = spaces is [null] ? resource.QualifiedName : $"{resource.QualifiedName} in {string.Join(", ", spaces)}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool HasSynced => synced.IsCompleted;

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
    public InformerReading Read() => reflectors.Select(static one => one.Read()).Aggregate(static (one, other) => one.With(other)) with
    {
        Name = Name,
        Items = store.Count,
    };

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => synced.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref started, 1) != 0)
            throw new InvalidOperationException($"The informer of {Name} has been started before.");
        var runs = reflectors.Select(one => one.RunAsync(stop)).ToArray();
        await await Task.WhenAny(runs); // a bug in one must be seen although the others would run on
        await Task.WhenAll(runs);
    }

    /// <summary>One handler's bug must not keep the others, and the copy itself, from going on.</summary>
    private void Tell(InformerEvent<T> change)
    {
        lock (telling)
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
    }

    private void ThrowIfStarted()
    {
        if (Volatile.Read(ref started) != 0)
            throw new InvalidOperationException($"The informer of {Name} runs already.");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A handler of {Name} failed on {Key}.")]
        public static partial void HandlerFailed(ILogger logger, string name, ObjectKey key, Exception error);
    }
}
