using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Informers;

/// <summary>
/// The set of an informer. A relist is collected aside and swapped in at once, so readers never see half of one. Any number of readers and writers.
/// </summary>
internal sealed class Store<T>
    where T : class, IKubernetesObject
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, StoreIndex<T>> indexes = new(StringComparer.Ordinal);
    private Dictionary<ObjectKey, T> items = [];
    private T[]? snapshot;

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return items.Count;
        }
    }

    /// <summary>Adds an index; before the first object.</summary>
    public void AddIndex(string name, Func<T, IEnumerable<string>> values) => indexes.Add(name, new StoreIndex<T>(values));

    /// <summary>Swaps a relist in.</summary>
    /// <param name="space">The namespace that was listed; null for all.</param>
    /// <param name="listed">All that is there; the set's own from now on.</param>
    /// <returns>What has changed by it; objects that are no longer there come as deletes.</returns>
    public IReadOnlyList<InformerEvent<T>> TakeOver(string? space, Dictionary<ObjectKey, T> listed)
    {
        lock (gate)
        {
            foreach (var (key, item) in items.Where(one => space is not null && one.Key.Namespace != space))
                listed.Add(key, item);
            var changes = Differences(items, listed);
            items = listed;
            snapshot = null;
            foreach (var index in indexes.Values)
                index.Rebuild(items);
            return changes;
        }
    }

    /// <summary>An object is as given.</summary>
    /// <returns>The change; null when the set holds this very version.</returns>
    public InformerEvent<T>? Apply(T item)
    {
        var key = ObjectKey.Of(item);
        lock (gate)
        {
            var old = items.GetValueOrDefault(key);
            if (old is not null && IsSame(old, item))
                return null;
            Replace(key, old, item);
            return new InformerEvent<T>(old is null ? InformerEventType.Added : InformerEventType.Modified, item, old);
        }
    }

    /// <summary>An object is gone.</summary>
    /// <returns>The change; null when the set does not hold it.</returns>
    public InformerEvent<T>? Delete(T item)
    {
        var key = ObjectKey.Of(item);
        lock (gate)
        {
            if (items.GetValueOrDefault(key) is not { } old)
                return null;
            Replace(key, old, null);
            return new InformerEvent<T>(InformerEventType.Deleted, item, old);
        }
    }

    /// <summary>All objects, as they are now, in no order. The list never changes.</summary>
    public IReadOnlyList<T> List()
    {
        lock (gate)
            return snapshot ??= [.. items.Values];
    }

    /// <summary>The object, or null.</summary>
    public T? Get(ObjectKey key)
    {
        lock (gate)
            return items.GetValueOrDefault(key);
    }

    /// <summary>The objects with that value in the index.</summary>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    public IReadOnlyList<T> ByIndex(string name, string value)
    {
        if (!indexes.TryGetValue(name, out var index))
            throw new ArgumentException($"There is no index '{name}'.", nameof(name));
        lock (gate)
            return [.. index.Keys(value).Select(key => items[key])];
    }

    private static List<InformerEvent<T>> Differences(Dictionary<ObjectKey, T> before, Dictionary<ObjectKey, T> after)
    {
        var changes = new List<InformerEvent<T>>();
        foreach (var (key, item) in after)
        {
            var old = before.GetValueOrDefault(key);
            if (old is null)
                changes.Add(new(InformerEventType.Added, item, null));
            else if (!IsSame(old, item))
                changes.Add(new(InformerEventType.Modified, item, old));
        }
        foreach (var (key, old) in before)
        {
            if (!after.ContainsKey(key))
                changes.Add(new(InformerEventType.Deleted, old, old));
        }
        return changes;
    }

    private static bool IsSame(T old, T item) =>
        old.Metadata.ResourceVersion is { } version && version == item.Metadata.ResourceVersion && old.Metadata.Uid == item.Metadata.Uid;

    private void Replace(ObjectKey key, T? old, T? item)
    {
        snapshot = null;
        foreach (var index in indexes.Values)
            index.Replace(key, old, item);
        if (item is null)
            items.Remove(key);
        else
            items[key] = item;
    }
}
