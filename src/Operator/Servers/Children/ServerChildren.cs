using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Children;

/// <summary>Makes the objects that belong to a server be as wanted.</summary>
internal sealed class ServerChildren(ServerCaches caches, ChildApplier applier, ServerOptions options)
{
    /// <summary>Makes them be so.</summary>
    /// <param name="server">The server.</param>
    /// <param name="restartDigest">Digest of all that only a restart of its pods can change; null while no bundle is published, without which a pod could not even start.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>The first thing that could not be done, or null. What runs is left alone.</returns>
    public async Task<InputProblem?> ApplyAsync(CyrusServer server, string? restartDigest, CancellationToken cancellationToken)
    {
        if (restartDigest is null)
            return null;
        var key = ObjectKey.Of(server);
        var headless = ServiceBuilder.BuildHeadless(server);
        var service = ServiceBuilder.Build(server);
        await applier.ApplyAsync(
            key, Resources.Services, headless, caches.Services.Get(ObjectKey.Of(headless)), cancellationToken);
        await applier.ApplyAsync(
            key, Resources.Services, service, caches.Services.Get(ObjectKey.Of(service)), cancellationToken);
        await applier.ApplyAsync(
            key,
            Resources.StatefulSets,
            StatefulSetBuilder.Build(server, options, restartDigest),
            caches.StatefulSets.Get(key with { Name = Names.StatefulSet(server) }),
            cancellationToken);
        return null;
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server) => applier.Forget(server);
}
