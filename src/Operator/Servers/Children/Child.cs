using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Children;

/// <summary>An object that belongs to a server, of any kind.</summary>
internal interface IChild
{
    /// <summary>Makes it be as wanted.</summary>
    Task<InputProblem?> ApplyAsync(ChildApplier applier, CyrusServer server, ServerCaches caches, CancellationToken cancellationToken);

    /// <summary>Reads it whole and afresh.</summary>
    /// <returns>Null when there is none.</returns>
    Task<LiveObject?> ReadAsync(IKubernetesClient client, CancellationToken cancellationToken);

    /// <summary>What is wanted as JSON; null when it shall not be there.</summary>
    JsonObject? ToJson();
}

/// <summary>An object that belongs to a server.</summary>
/// <param name="Resource">Its kind.</param>
/// <param name="Key">Its name.</param>
/// <param name="Wanted">All that we want of it; null: it shall not be there.</param>
internal sealed record Child<T>(Resource<T> Resource, ObjectKey Key, T? Wanted) : IChild
    where T : class, IKubernetesObject
{
    /// <summary>What becomes of that which was made of it when it is deleted.</summary>
    public PropagationPolicy Propagation { get; init; } = PropagationPolicy.Background;

    /// <summary>Hash of what is wanted; empty when it shall not be there.</summary>
    public string Digest => Wanted is null
        ? ""
        : ChildVersion.Hash([.. Encoding.UTF8.GetBytes(Resource.ApiVersion), .. JsonSerializer.SerializeToUtf8Bytes(Wanted, Resource.Json)]);

    /// <inheritdoc/>
    public Task<InputProblem?> ApplyAsync(ChildApplier applier, CyrusServer server, ServerCaches caches, CancellationToken cancellationToken) =>
        applier.ApplyAsync(server, this, caches.InformerOf<T>(), cancellationToken);

    /// <inheritdoc/>
    public Task<LiveObject?> ReadAsync(IKubernetesClient client, CancellationToken cancellationToken) =>
        client.GetAsync(LiveObject.In(Resource), Key, cancellationToken);

    /// <inheritdoc/>
    public JsonObject? ToJson()
    {
        if (Wanted is null)
            return null;
        var json = JsonSerializer.SerializeToNode(Wanted, Resource.Json)!.AsObject();
        // The resource decides which version of the kind is meant.
        json["apiVersion"] = Resource.ApiVersion;
        return json;
    }

    /// <summary>Kind and name, for messages.</summary>
    public override string ToString() => $"{Resource.Kind} {Key}";
}
