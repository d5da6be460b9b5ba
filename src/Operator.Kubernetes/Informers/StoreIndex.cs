using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Informers;

/// <summary>Which objects have which value. Not synchronized: the store's lock guards it.</summary>
internal sealed class StoreIndex<T>(Func<T, IEnumerable<string>> values)
    where T : class, IKubernetesObject
{
    private readonly Dictionary<string, HashSet<ObjectKey>> keys = new(StringComparer.Ordinal);

    public IEnumerable<ObjectKey> Keys(string value) => keys.TryGetValue(value, out var found) ? found : [];

    public void Rebuild(Dictionary<ObjectKey, T> items)
    {
        keys.Clear();
        foreach (var (key, item) in items)
            Replace(key, null, item);
    }

    public void Replace(ObjectKey key, T? old, T? item)
    {
        foreach (var value in old is null ? [] : values(old))
            Remove(value, key);
        foreach (var value in item is null ? [] : values(item))
        {
            if (!keys.TryGetValue(value, out var found))
                keys.Add(value, found = []);
            found.Add(key);
        }
    }

    private void Remove(string value, ObjectKey key)
    {
        if (keys.TryGetValue(value, out var found) && found.Remove(key) && found.Count == 0)
            keys.Remove(value);
    }
}
