using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>Waits for a follower of any kind.</summary>
internal interface IFollower : IAsyncDisposable
{
    /// <summary>Ends when set, index and what was told are all as the server has it.</summary>
    Task CatchUpAsync(IKubernetesClient direct, CancellationToken cancellationToken);
}

/// <summary>
/// A running informer, and a second copy of its set that is made of nothing but what it told: so a change that is in the set but was
/// not told, or was told wrongly, shows.
/// </summary>
internal sealed class Follower<T> : IFollower
    where T : class, IKubernetesObject
{
    private const string Index = "shard";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Resource<T> resource;
    private readonly InformerOptions options;
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim changed = new(0);
    private readonly ConcurrentDictionary<ObjectKey, string> told = [];
    private readonly ConcurrentQueue<string> contradictions = [];
    private readonly Task run;

    /// <summary>Starts it.</summary>
    /// <param name="client">What it follows through.</param>
    /// <param name="resource">The kind.</param>
    /// <param name="options">One namespace, and selectors.</param>
    /// <param name="time">The informer's clock; null for the real one.</param>
    /// <param name="beforeItRuns">Adds handlers.</param>
    public Follower(
        IKubernetesClient client,
        Resource<T> resource,
        InformerOptions options,
        TimeProvider? time = null,
        Action<Informer<T>>? beforeItRuns = null)
    {
        this.resource = resource;
        this.options = options;
        Informer = new Informer<T>(client, resource, options, time ?? TimeProvider.System, NullLogger<Informer<T>>.Instance);
        Informer.AddIndex(Index, Shards);
        Informer.OnChange(Take);
        beforeItRuns?.Invoke(Informer);
        run = Informer.RunAsync(stop.Token);
    }

    public Informer<T> Informer { get; }

    /// <summary>Waits for one change.</summary>
    public Task ChangedAsync(CancellationToken cancellationToken) => changed.WaitAsync(cancellationToken);

    /// <summary>Waits until it is so.</summary>
    public async Task UntilAsync(Func<Informer<T>, bool> holds, CancellationToken cancellationToken)
    {
        while (!holds(Informer))
            await changed.WaitAsync(cancellationToken);
    }

    public async Task CatchUpAsync(IKubernetesClient direct, CancellationToken cancellationToken)
    {
        var selection = new ListOptions { LabelSelector = options.LabelSelector, FieldSelector = options.FieldSelector };
        var list = await direct.ListAsync(resource, options.Namespaces.Single(), selection, cancellationToken);
        var wanted = Versions(list.Items);
        while (!Same(wanted, Versions(Informer.List())) || !Same(wanted, told))
        {
            if (!await changed.WaitAsync(s_patience, cancellationToken))
                throw new TimeoutException($"{Informer.Name} never came to what the server has: {Difference(wanted)}");
        }
        contradictions.ShouldBeEmpty();
        foreach (var shard in list.Items.SelectMany(Shards).Distinct())
        {
            Informer.ByIndex(Index, shard).Select(item => ObjectKey.Of(item))
                .ShouldBe(list.Items.Where(item => Shards(item).Contains(shard)).Select(item => ObjectKey.Of(item)), ignoreOrder: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run; // returns, does not throw, when cancelled
        stop.Dispose();
        changed.Dispose();
    }

    private static IEnumerable<string> Shards(T item) => item.Metadata.Labels?.TryGetValue(Index, out var shard) == true ? [shard] : [];

    private static Dictionary<ObjectKey, string> Versions(IEnumerable<T> items) =>
        items.ToDictionary(item => ObjectKey.Of(item), item => item.Metadata.ResourceVersion!);

    private static bool Same(Dictionary<ObjectKey, string> wanted, IReadOnlyDictionary<ObjectKey, string> had) =>
        wanted.Count == had.Count && wanted.All(pair => had.TryGetValue(pair.Key, out var version) && version == pair.Value);

    private void Take(InformerEvent<T> change)
    {
        told.TryGetValue(change.Key, out var before);
        if (before != change.Previous?.Metadata.ResourceVersion || (change.Type == InformerEventType.Added) != (before is null))
            contradictions.Enqueue($"{change.Type} of {change.Key}: was told {before ?? "nothing"}");
        if (change.Type == InformerEventType.Deleted)
            told.TryRemove(change.Key, out _);
        else
            told[change.Key] = change.Object.Metadata.ResourceVersion!;
        changed.Release();
    }

    private string Difference(Dictionary<ObjectKey, string> wanted)
    {
        var had = Versions(Informer.List());
        var keys = wanted.Keys.Union(had.Keys).Union(told.Keys);
        var lines = keys.Select(key => (Key: key, Wanted: wanted.GetValueOrDefault(key), Had: had.GetValueOrDefault(key), Told: told.GetValueOrDefault(key)));
        return string.Join("; ", lines.Where(line => line.Wanted != line.Had || line.Wanted != line.Told));
    }
}
