using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>Shorter forms of <see cref="IKubernetesClient"/>'s calls.</summary>
public static class KubernetesClientExtensions
{
    private static readonly WriteOptions s_write = new();
    private static readonly DeleteOptions s_delete = new();

    /// <summary>Creates an object under the field manager that the server makes up from the user agent.</summary>
    public static Task<T> CreateAsync<T>(
        this IKubernetesClient client, Resource<T> resource, T body, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.CreateAsync(resource, body, s_write, cancellationToken);
    }

    /// <summary>Asks for an object's deletion, dependents in the background. Fine when there is none.</summary>
    public static Task DeleteAsync<T>(
        this IKubernetesClient client, Resource<T> resource, ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.DeleteAsync(resource, key, s_delete, cancellationToken);
    }

    /// <summary>Sets how many replicas there shall be, by the scale subresource: the kind needs to have one.</summary>
    /// <returns>The scale as the server has it.</returns>
    public static Task<V1Scale> ScaleAsync<T>(
        this IKubernetesClient client,
        Resource<T> resource,
        ObjectKey key,
        int replicas,
        WriteOptions options,
        CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(resource);
        var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } };
        return client.MergePatchAsync(resource.Scale(), key, patch, options, cancellationToken);
    }
}
