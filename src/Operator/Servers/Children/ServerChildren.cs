using System.Collections.Concurrent;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Events;

namespace Operator.Servers.Children;

/// <summary>Makes the objects that belong to a server be as wanted.</summary>
internal sealed class ServerChildren(
    ServerCaches caches, ChildApplier applier, ClaimKeeper claims, ApiDiscovery discovery, EventRecorder events, ServerOptions options)
{
    private readonly ConcurrentDictionary<(ObjectKey Server, string What), bool> said = new();

    /// <summary>What the inputs come from: needed before there is anything to publish.</summary>
    /// <returns>What could not be done, or null.</returns>
    public async Task<InputProblem?> PrepareAsync(CyrusServer server, CancellationToken cancellationToken)
    {
        var offers = await ApiOffers.ReadAsync(discovery, cancellationToken);
        return ServerObjects.CheckSources(server, offers)
            ?? await ApplyAsync(server, ServerObjects.Sources(server, offers), cancellationToken);
    }

    /// <summary>All other objects; needs a published bundle, without which a pod could not even start.</summary>
    /// <param name="server">The server.</param>
    /// <param name="restartDigest">Digest of all that only a restart of its pods can change.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>
    /// The first thing that could not be done, or null. What runs is left alone, and the rest is done. It is tried again at the next call that is
    /// more than a minute later.
    /// </returns>
    public async Task<InputProblem?> ApplyAsync(CyrusServer server, string restartDigest, CancellationToken cancellationToken)
    {
        var offers = await ApiOffers.ReadAsync(discovery, cancellationToken);
        TellOfNotServed(server, offers);
        var live = caches.StatefulSets.Get(new ObjectKey(server.Metadata.Namespace, Names.StatefulSet(server)));
        var statefulSet = StatefulSetBuilder.Build(server, options, restartDigest, live);
        var refused = await ApplyAsync(server, ServerObjects.All(server, statefulSet, offers), cancellationToken);
        var storage = await claims.KeepAsync(server, caches.ClaimsOf(ObjectKey.Of(server)), cancellationToken);
        return refused ?? storage;
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server)
    {
        applier.Forget(server);
        claims.Forget(server);
        foreach (var one in said.Keys.Where(one => one.Server == server))
            said.TryRemove(one, out _);
    }

    private async Task<InputProblem?> ApplyAsync(CyrusServer server, IEnumerable<IChild> children, CancellationToken cancellationToken)
    {
        InputProblem? first = null;
        foreach (var child in children)
        {
            var problem = await child.ApplyAsync(applier, server, caches, cancellationToken);
            first ??= problem;
        }
        return first;
    }

    private void TellOfNotServed(CyrusServer server, ApiOffers offers)
    {
        foreach (var what in ServerObjects.NotServed(server, offers))
        {
            if (said.TryAdd((ObjectKey.Of(server), what), true))
                events.Record(server, EventType.Normal, "NotServed", "Apply", $"{what} is not known to this API server and is left out");
        }
    }
}
