using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Tests.Servers.Children;

/// <summary>Notes what is asked of the real API server, as verb and object.</summary>
internal sealed class CountingClient(IKubernetesClient client) : IKubernetesClient
{
    /// <summary>Such as <c>apply services mail</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public Task<T?> GetAsync<T>(Resource<T> resource, ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        Note("get", resource, key.Name);
        return client.GetAsync(resource, key, cancellationToken);
    }

    public Task<KubernetesList<T>> ListAsync<T>(
        Resource<T> resource, string? @namespace, ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject => client.ListAsync(resource, @namespace, options, cancellationToken);

    public Task<T> CreateAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        Note("create", resource, body.Metadata.Name);
        return client.CreateAsync(resource, body, options, cancellationToken);
    }

    public Task<T> ApplyAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        Note("apply", resource, body.Metadata.Name);
        return client.ApplyAsync(resource, body, options, cancellationToken);
    }

    public Task<T> ReplaceStatusAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject => client.ReplaceStatusAsync(resource, body, options, cancellationToken);

    public Task<T> MergePatchAsync<T>(
        Resource<T> resource, ObjectKey key, JsonObject patch, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        Note("patch", resource, key.Name);
        return client.MergePatchAsync(resource, key, patch, options, cancellationToken);
    }

    public Task DeleteAsync<T>(Resource<T> resource, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        Note("delete", resource, key.Name);
        return client.DeleteAsync(resource, key, options, cancellationToken);
    }

    public Task EvictAsync(ObjectKey pod, DeleteOptions options, CancellationToken cancellationToken) =>
        client.EvictAsync(pod, options, cancellationToken);

    public Task<V1ApiResourceList?> DiscoverAsync(string group, string version, CancellationToken cancellationToken) =>
        client.DiscoverAsync(group, version, cancellationToken);

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        Resource<T> resource, string? @namespace, WatchOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject => client.WatchAsync(resource, @namespace, options, cancellationToken);

    private void Note<T>(string verb, Resource<T> resource, string? name)
        where T : class, IKubernetesObject => Requests.Enqueue($"{verb} {resource.Plural} {name}");
}
