using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>The API server over HTTP. One instance, with one connection pool, for the life of the process.</summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    private static readonly TimeSpan s_watchGrace = TimeSpan.FromSeconds(30);
    private readonly ApiTransport transport;
    private readonly TimeProvider time;

    /// <summary>A client; nothing is connected yet.</summary>
    /// <param name="config">Where the server is and who we are.</param>
    /// <param name="time">For deadlines and the age of tokens.</param>
    /// <param name="handler">Null for the network; a test's own otherwise.</param>
    /// <exception cref="KubernetesConfigException">The client certificate cannot be used.</exception>
    public KubernetesClient(KubernetesClientConfig config, TimeProvider time, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        transport = new ApiTransport(config, time, handler);
    }

    /// <inheritdoc/>
    public async Task<T?> GetAsync<T>(Resource<T> resource, ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        try
        {
            return await CallAsync(ResourceRequests.Get(resource, key), null, resource.Json, cancellationToken);
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<KubernetesList<T>> ListAsync<T>(
        Resource<T> resource, string? @namespace, ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        return CallAsync(ResourceRequests.List(resource, @namespace, options), null, resource.ListJson, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(body);
        var (space, name) = (body.Metadata.Namespace, body.Metadata.Name ?? body.Metadata.GenerateName);
        var request = ResourceRequests.Create(resource, space, options) with { Target = space is null ? $"{name}" : $"{space}/{name}" };
        return CallAsync(request, RequestBodies.Whole(resource, body), resource.Json, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var request = ResourceRequests.Apply(resource, ObjectKey.Of(body), options);
        return CallAsync(request, RequestBodies.Whole(resource, body), resource.Json, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> ReplaceStatusAsync<T>(Resource<T> resource, T body, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        var request = ResourceRequests.ReplaceStatus(resource, ObjectKey.Of(body), options);
        return CallAsync(request, RequestBodies.StatusPatch(resource, body), resource.Json, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> MergePatchAsync<T>(
        Resource<T> resource, ObjectKey key, JsonObject patch, WriteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(patch);
        var request = ResourceRequests.MergePatch(resource, key, options);
        return CallAsync(request, RequestBodies.ToUtf8(patch), resource.Json, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync<T>(Resource<T> resource, ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            // The answer is the object or a Status, whichever the server likes: neither is of use.
            await CallAsync<object>(ResourceRequests.Delete(resource, key), RequestBodies.Delete(options), null, cancellationToken);
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            // Gone already, which is what was asked for.
        }
    }

    /// <inheritdoc/>
    public async Task EvictAsync(ObjectKey pod, DeleteOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        // policy/v1 from Kubernetes 1.22 on, policy/v1beta1 before; the server says which it takes.
        var core = await DiscoverAsync("", "v1", cancellationToken);
        var version = core?.Resources.FirstOrDefault(static one => one.Name == "pods/eviction")?.Version ?? "v1";
        try
        {
            await CallAsync<object>(ResourceRequests.Evict(pod), RequestBodies.Eviction(pod, version, options), null, cancellationToken);
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            // Gone already, which is what was asked for.
        }
    }

    /// <inheritdoc/>
    public async Task<V1ApiResourceList?> DiscoverAsync(string group, string version, CancellationToken cancellationToken)
    {
        try
        {
            var request = ResourceRequests.Discover(group, version);
            return await CallAsync(request, null, KubernetesJson.Default.V1ApiResourceList, cancellationToken);
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        Resource<T> resource, string? @namespace, WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(options);
        var seconds = options.TimeoutSeconds ?? Random.Shared.Next(300, 601);
        var request = ResourceRequests.Watch(resource, @namespace, options, seconds);
        // The server ends the watch in time. One whose network went away without a word would otherwise stay for ever.
        using var deadline = new Deadline(request.Description, transport.Deadline, time, cancellationToken);
        using var response = await deadline.RunAsync(token => transport.SendAsync(request, null, token));
        deadline.Extend(TimeSpan.FromSeconds(seconds) + s_watchGrace);
        await using var stream = await deadline.RunAsync(response.Content.ReadAsStreamAsync);
        await using var lines = new WatchReader<T>(stream, resource, request.Description);
        while (await deadline.RunAsync(lines.ReadAsync) is { } next)
            yield return next;
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => transport.Dispose();

    private async Task<T> CallAsync<T>(ApiRequest request, byte[]? body, JsonTypeInfo<T>? json, CancellationToken cancellationToken)
        where T : class
    {
        using var deadline = new Deadline(request.Description, transport.Deadline, time, cancellationToken);
        return await deadline.RunAsync(async token =>
        {
            using var response = await transport.SendAsync(request, body, token);
            if (json is null)
                return null!;
            await using var stream = await response.Content.ReadAsStreamAsync(token);
            return await JsonSerializer.DeserializeAsync(stream, json, token)
                ?? throw new InvalidDataException($"{request.Description}: the answer is null.");
        });
    }
}
