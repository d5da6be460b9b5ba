using System.Text.Json;
using Operator.Kubernetes.Client;

namespace Operator.Testing.Cluster;

/// <summary>The API as bytes: objects with all their fields, and logs.</summary>
internal sealed class RawApi : IDisposable
{
    private readonly ApiTransport transport = new(LocalCluster.Config(), TimeProvider.System, handler: null);

    /// <summary>What is at a path; null when there is nothing, or not any more.</summary>
    public async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await transport.SendAsync(
                new ApiRequest(HttpMethod.Get, path) { Verb = "get", Resource = path, Accept = "application/json, */*" }, null, cancellationToken);
            return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        }
        catch (ApiException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>The same as JSON.</summary>
    public async Task<JsonElement?> ReadJsonAsync(string path, CancellationToken cancellationToken)
    {
        if (await ReadAsync(path, cancellationToken) is not { } bytes)
            return null;
        using var document = JsonDocument.Parse(bytes);
        return document.RootElement.Clone();
    }

    /// <summary>Paths of the lists of every kind that a namespace can hold, in the version that the server prefers.</summary>
    public async Task<IReadOnlyList<string>> ListsOfAsync(string space, CancellationToken cancellationToken)
    {
        var groups = (await ReadJsonAsync("/apis", cancellationToken))!.Value.GetProperty("groups").EnumerateArray()
            .Select(static group => "/apis/" + group.GetProperty("preferredVersion").GetProperty("groupVersion").GetString());
        var lists = await Task.WhenAll(groups.Prepend("/api/v1").Select(async version =>
            await ReadJsonAsync(version, cancellationToken) is { } offered ? KindsOf(offered).Select(kind => $"{version}/namespaces/{space}/{kind}") : []));
        return [.. lists.SelectMany(static list => list)];
    }

    /// <inheritdoc/>
    public void Dispose() => transport.Dispose();

    private static IEnumerable<string> KindsOf(JsonElement offered) => offered.GetProperty("resources").EnumerateArray()
        .Where(static one => one.GetProperty("namespaced").GetBoolean() && one.GetProperty("verbs").EnumerateArray().Any(static verb => verb.GetString() == "list"))
        .Select(static one => one.GetProperty("name").GetString()!);
}
