using System.Collections.Concurrent;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Inputs;

/// <summary>
/// Reads Secrets. What is cached is the metadata of those that are used; the content is fetched only when the resourceVersion has changed or is
/// not known.
/// </summary>
internal sealed class SecretReader(IKubernetesClient client, ServerCaches caches)
{
    private readonly ConcurrentDictionary<ObjectKey, V1Secret> known = new();

    /// <summary>The Secret as it is now, or null when it does not exist.</summary>
    public async Task<V1Secret?> ReadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var version = caches.Secrets.Get(key)?.Metadata.ResourceVersion;
        if (version is not null && known.TryGetValue(key, out var cached) && cached.Metadata.ResourceVersion == version)
            return cached;
        var secret = await client.GetAsync(Resources.Secrets, key, cancellationToken);
        if (secret is null)
            known.TryRemove(key, out _);
        else
            known[key] = secret;
        return secret;
    }

    /// <summary>Takes note of a Secret that we have just written: as long as the watch shows an older one, it is fetched.</summary>
    public void Note(V1Secret written) => known[ObjectKey.Of(written)] = written;

    /// <summary>Lets go of a Secret that nothing refers to any more.</summary>
    public void Forget(ObjectKey key) => known.TryRemove(key, out _);
}
