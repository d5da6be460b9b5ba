using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>
/// The API server. Every call but a watch ends within its deadline (30 s unless configured): it returns, or throws
/// <see cref="ApiException"/> for an answer that is not a success, <see cref="HttpRequestException"/> when there was no answer,
/// <see cref="IOException"/> or <see cref="System.Text.Json.JsonException"/> for one that breaks off or is no such object,
/// <see cref="TimeoutException"/> at the deadline, <see cref="KubernetesConfigException"/> when no credential is to be had, or
/// <see cref="OperationCanceledException"/> when the caller cancelled. Passing failures (429, 502 to 504, what has a Retry-After, and
/// for reads a connection that breaks) are waited for and tried again within the deadline, except for a create. Safe for concurrent use.
/// </summary>
/// <remarks>
/// There is no replacing of whole objects on purpose: the API types know only some of an object's fields, and a PUT of what was read
/// would remove the others. A patch or an apply touches nothing but what it names.
/// </remarks>
public interface IKubernetesClient
{
    /// <summary>Reads one object afresh.</summary>
    /// <returns>The object, or null when there is none (404).</returns>
    Task<T?> GetAsync<T>(Resource<T> resource, ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>Reads one page of a list.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespace">Null for all namespaces and for cluster-scoped kinds.</param>
    /// <param name="options">Selectors and page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<KubernetesList<T>> ListAsync<T>(
        Resource<T> resource, string? @namespace, ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>Creates an object; 409 (<see cref="ApiException.IsAlreadyExists"/>) when there is one.</summary>
    /// <returns>The object as the server has it.</returns>
    Task<T> CreateAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Server-side apply: fields in <paramref name="body"/> become ours, fields that we applied before and leave out now are removed,
    /// all others stay. With <see cref="WriteOptions.Force"/>, the default, fields of other managers are taken over; without it they
    /// are a 409 that names them (<see cref="ApiException.FieldConflicts"/>). Creates the object when there is none. <c>status</c> and
    /// what the server sets in the metadata are left out of the body. Applying the same again writes nothing.
    /// </summary>
    /// <returns>The object as the server has it.</returns>
    Task<T> ApplyAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Puts the <c>status</c> of <paramref name="body"/> in place of the one that is there; nothing else is sent. 404 when there is
    /// no such object; 422 when the body has a uid and another object has taken the name.
    /// </summary>
    /// <remarks>
    /// No server-side apply: a field of a custom resource that we applied before and leave out now may become null there instead of
    /// going away, and the schema then refuses it (kubernetes #103011). For a status of which the type knows only a part, patch
    /// <see cref="Resource{T}.Status"/> instead.
    /// </remarks>
    /// <returns>The object as the server has it.</returns>
    Task<T> ReplaceStatusAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>
    /// JSON merge patch (RFC 7396): null removes a member, arrays are replaced. With <c>metadata.resourceVersion</c> in the patch the
    /// server refuses it (409) when the object has changed since. <see cref="Resource{T}.Status"/> and
    /// <see cref="Resource{T}.Scale"/> can be patched, too.
    /// </summary>
    /// <returns>The object as the server has it.</returns>
    Task<T> MergePatchAsync<T>(
        Resource<T> resource, ObjectKey key, JsonObject patch, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Asks for an object's deletion. Fine when there is none; 409 (<see cref="ApiException.IsConflict"/>) when it is not the one that
    /// the options mean.
    /// </summary>
    Task DeleteAsync<T>(Resource<T> resource, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Asks for a pod's deletion as far as its PodDisruptionBudget allows it: 429 (<see cref="ApiException.IsTooManyRequests"/>) when not, which is not
    /// waited for here. Fine when there is none; 409 when it is not the one that the options mean.
    /// </summary>
    /// <param name="pod">The pod.</param>
    /// <param name="options">Uid and grace period.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task EvictAsync(ObjectKey pod, DeleteOptions options, CancellationToken cancellationToken);

    /// <summary>What the server offers in a group and version; null when it does not know them. See <see cref="ApiDiscovery"/>.</summary>
    /// <param name="group">API group; empty for the core group.</param>
    /// <param name="version">API version, such as <c>v1</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<V1ApiResourceList?> DiscoverAsync(string group, string version, CancellationToken cancellationToken);

    /// <summary>
    /// One watch. It ends by itself after some minutes; ending says nothing about the world. An ERROR event throws
    /// <see cref="ApiException"/>, just as a refusal does; a stream that breaks throws <see cref="IOException"/> or
    /// <see cref="HttpRequestException"/>, one that goes silent <see cref="TimeoutException"/>. Use an
    /// <see cref="Informers.Informer{T}"/> rather than this.
    /// </summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespace">Null for all namespaces and for cluster-scoped kinds.</param>
    /// <param name="options">Selectors and where to start.</param>
    /// <param name="cancellationToken">Ends the watch with <see cref="OperationCanceledException"/>.</param>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        Resource<T> resource, string? @namespace, WatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;
}
