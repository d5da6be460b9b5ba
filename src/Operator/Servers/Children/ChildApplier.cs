using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Children;

/// <summary>
/// Server-side apply of child objects, left out when neither what is wanted nor what is there has changed since the last time.
/// </summary>
internal sealed class ChildApplier(IKubernetesClient client)
{
    private readonly ConcurrentDictionary<(string Plural, ObjectKey Key), (string Wanted, string? Live)> applied = new();

    /// <summary>Makes the object be as wanted.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="wanted">All that we want of it.</param>
    /// <param name="live">It, as last seen; null when it was not seen.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ApplyAsync<T>(Resource<T> resource, T wanted, T? live, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var id = (resource.Plural, ObjectKey.Of(wanted));
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(wanted, resource.Json)));
        if (live is not null && applied.TryGetValue(id, out var last) && last == (digest, VersionOf(live)))
            return;
        var result = await client.ApplyAsync(resource, wanted, Names.FieldManager, cancellationToken);
        applied[id] = (digest, VersionOf(result));
    }

    // A StatefulSet's resourceVersion changes with its status; its generation only with what somebody wants of it.
    private static string? VersionOf(IKubernetesObject live) =>
        live.Metadata.Generation is { } generation ? generation.ToString(null, null) : live.Metadata.ResourceVersion;
}
