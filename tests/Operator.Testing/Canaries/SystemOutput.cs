using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Testing.Cluster;

namespace Operator.Testing.Canaries;

/// <summary>Reads everything that the system has written about a namespace, and looks for secrets in it.</summary>
public sealed class SystemOutput : IDisposable
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration"; // on a Secret: the whole of it, by the user's own doing

    private readonly RawApi api = new();
    private readonly CanarySearch search;
    private readonly ConcurrentBag<Leak> leaks = [];
    private readonly ConcurrentBag<string> places = [];

    /// <summary>Looks for these.</summary>
    public SystemOutput(CanarySearch search) => this.search = search;

    /// <summary>What was found.</summary>
    public IReadOnlyCollection<Leak> Leaks => leaks;

    /// <summary>Where it was looked.</summary>
    public IReadOnlyCollection<string> Places => places;

    /// <summary>
    /// All objects but the data of Secrets, both kinds of Events among them; of the pods the logs, what they answer over HTTP, and their volumes; and what helm tells of a release.
    /// </summary>
    public async Task ReadAsync(string space, CancellationToken cancellationToken)
    {
        var lists = await api.ListsOfAsync(space, cancellationToken);
        await Task.WhenAll(lists.Select(path => ReadListAsync(path, space, cancellationToken)));
    }

    /// <summary>A text of another origin.</summary>
    public void Read(string place, ReadOnlySpan<byte> text)
    {
        places.Add(place);
        foreach (var leak in search.In(place, text))
            leaks.Add(leak);
    }

    /// <inheritdoc/>
    public void Dispose() => api.Dispose();

    private async Task ReadListAsync(string path, string space, CancellationToken cancellationToken)
    {
        if (await api.ReadAsync(path, cancellationToken) is not { } bytes)
            return;
        var kind = path[(path.LastIndexOf('/') + 1)..];
        foreach (var item in JsonNode.Parse(bytes)!["items"]!.AsArray())
        {
            var name = (string)item!["metadata"]!["name"]!;
            if (kind == "secrets")
                await ReadSecretAsync(item, space, cancellationToken);
            Read($"{kind} {space}/{name}", Encoding.UTF8.GetBytes(item.ToJsonString()));
            if (kind == "pods")
                await new PodOutput(api, this, space, name, item).ReadAsync(cancellationToken);
            if (kind == "persistentvolumeclaims")
                await ReadVolumeAsync((string?)item["spec"]!["volumeName"], $"volume of {space}/{name}", cancellationToken);
        }
    }

    // What is around the data may tell nothing of it; and helm's own Secrets say which releases there are.
    private async Task ReadSecretAsync(JsonNode secret, string space, CancellationToken cancellationToken)
    {
        secret.AsObject().Remove("data");
        var metadata = secret["metadata"]!;
        metadata["annotations"]?.AsObject().Remove(LastApplied);
        var labels = metadata["labels"];
        if ((string?)secret["type"] != "helm.sh/release.v1" || (string?)labels!["status"] == "superseded")
            return;
        var release = (string)labels["name"]!;
        var told = await Tool.TryAsync(Repository.PathOf("hack", "helm"), null, cancellationToken, "get", "all", release, "--namespace", space);
        Read($"helm get all {release} --namespace {space}", Encoding.UTF8.GetBytes(told.Output + told.Errors));
    }

    private async Task ReadVolumeAsync(string? volume, string place, CancellationToken cancellationToken)
    {
        if (volume is null || LocalCluster.State is null || await api.ReadJsonAsync("/api/v1/persistentvolumes/" + volume, cancellationToken) is not { } found)
            return;
        Read($"persistentvolumes {volume}", Encoding.UTF8.GetBytes(found.GetRawText()));
        if (found.GetProperty("spec").TryGetProperty("hostPath", out var host))
            await new VolumeFiles(this).ReadAsync(host.GetProperty("path").GetString()!, place, cancellationToken);
    }
}
