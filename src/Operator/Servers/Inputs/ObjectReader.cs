using System.Collections.Concurrent;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Inputs;

/// <summary>
/// Reads objects that are watched by their metadata only, Secrets and ConfigMaps: the content is fetched only when the resourceVersion has changed or is
/// not known.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="resource">The kind.</param>
/// <param name="versionOf">The resourceVersion of an object as last seen; null when it was not seen, or is of no use any more.</param>
internal sealed class ObjectReader<T>(IKubernetesClient client, Resource<T> resource, Func<ObjectKey, string?> versionOf)
    where T : class, IKubernetesObject
{
    private readonly ConcurrentDictionary<ObjectKey, T> known = new();

    /// <summary>The object as it is now, or null when it does not exist.</summary>
    public async Task<T?> ReadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (versionOf(key) is { } version && known.TryGetValue(key, out var cached) && cached.Metadata.ResourceVersion == version)
            return cached;
        var found = await client.GetAsync(resource, key, cancellationToken);
        ForgetUnused();
        if (found is null)
            known.TryRemove(key, out _);
        else
            known[key] = found;
        return found;
    }

    /// <summary>Takes note of an object that we have just written: as long as the watch shows an older one, it is fetched.</summary>
    public void Note(T written) => known[ObjectKey.Of(written)] = written;

    /// <summary>Lets go of an object that nothing refers to any more.</summary>
    public void Forget(ObjectKey key) => known.TryRemove(key, out _);

    private void ForgetUnused()
    {
        foreach (var key in known.Keys.Where(key => versionOf(key) is null))
            known.TryRemove(key, out _);
    }
}
