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
    private readonly ConcurrentDictionary<(ObjectKey Server, string Plural, string Name), (string Wanted, string? Live)> applied = new();

    /// <summary>Makes the object be as wanted.</summary>
    /// <param name="server">The server that it belongs to.</param>
    /// <param name="resource">Its kind.</param>
    /// <param name="wanted">All that we want of it.</param>
    /// <param name="live">It, as last seen; null when it was not seen.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ApplyAsync<T>(ObjectKey server, Resource<T> resource, T wanted, T? live, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var id = (server, resource.Plural, wanted.Metadata.Name!);
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(wanted, resource.Json)));
        if (live is not null && applied.TryGetValue(id, out var last) && last == (digest, VersionOf(live)))
            return;
        var result = await client.ApplyAsync(resource, wanted, Names.FieldManager, cancellationToken);
        applied[id] = (digest, VersionOf(result));
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server)
    {
        foreach (var id in applied.Keys.Where(id => id.Server == server))
            applied.TryRemove(id, out _);
    }

    // A StatefulSet's resourceVersion changes with its status; its generation only with what somebody wants of it.
    private static string? VersionOf(IKubernetesObject live) =>
        live.Metadata.Generation is { } generation ? generation.ToString(null, null) : live.Metadata.ResourceVersion;
}
