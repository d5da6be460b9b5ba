using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Testing.Cluster;

namespace Operator.Testing.Canaries;

/// <summary>What a pod has written, and what it says when it is asked.</summary>
internal sealed class PodOutput(RawApi api, SystemOutput output, string space, string name, JsonNode pod)
{
    private const int OperatorPort = 8080;

    // A pod that is on its way out, or hangs because the test wants it so, does not answer.
    private static readonly HttpClient Http = new(new HttpClientHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(1) };

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var status = pod["status"]!;
        foreach (var container in ListOf(status, "initContainerStatuses").Concat(ListOf(status, "containerStatuses")))
            await ReadLogsAsync(container, cancellationToken);
        if ((string?)status["podIP"] is { } address && (string?)status["phase"] == "Running")
            await ReadAnswersAsync(address, cancellationToken);
        if (LocalCluster.State is { } state)
            await ReadVolumesAsync(Path.Combine(state, "kubelet", "pods", (string)pod["metadata"]!["uid"]!, "volumes"), cancellationToken);
    }

    private static IEnumerable<JsonNode> ListOf(JsonNode status, string field) => status[field]?.AsArray().OfType<JsonNode>() ?? [];

    private async Task ReadLogsAsync(JsonNode container, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/namespaces/{space}/pods/{name}/log?container={(string)container["name"]!}";
        var log = $"log of {space}/{name}/{(string)container["name"]!}";
        if (container["state"]?["waiting"] is null)
            output.Read(log, await api.ReadAsync(path, cancellationToken) ?? []);
        if (container["lastState"]?["terminated"] is not null)
            output.Read(log + " --previous", await api.ReadAsync(path + "&previous=true", cancellationToken) ?? []);
    }

    private async Task ReadAnswersAsync(string address, CancellationToken cancellationToken)
    {
        if ((string?)pod["metadata"]!["labels"]?["app.kubernetes.io/name"] == "cyrus-operator")
        {
            foreach (var path in (string[])["/metrics", "/healthz", "/readyz"])
                await AskAsync(address, OperatorPort, path, [], cancellationToken);
        }
        if (!ListOf(pod["status"]!, "containerStatuses").Any(static container => (string?)container["name"] == "reloader"))
            return;
        foreach (var path in (string[])["/metrics", PodPaths.ReadyPath])
            await AskAsync(address, PodPaths.ReportPort, path, [], cancellationToken);
        await AskForReportAsync(address, cancellationToken);
    }

    private async Task AskForReportAsync(string address, CancellationToken cancellationToken)
    {
        var bundle = name[..name.LastIndexOf('-')] + "-bundle";
        var secret = await api.ReadJsonAsync($"/api/v1/namespaces/{space}/secrets/{bundle}", cancellationToken);
        if (secret is null || !secret.Value.GetProperty("data").TryGetProperty(BundleFiles.ReportKey, out var data))
            return;
        var exchange = new ReportExchange(ReportKey.Parse(data.GetBytesFromBase64())!);
        await AskAsync(address, PodPaths.ReportPort, exchange.Target, exchange.Headers, cancellationToken);
    }

    private async Task AskAsync(
        string address, int port, string path, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{address}:{port}{path}"));
        foreach (var (header, value) in headers)
            request.Headers.Add(header, value);
        try
        {
            using var answer = await Http.SendAsync(request, cancellationToken);
            output.Read($"answer of {space}/{name}:{port}{path}", await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // It does not answer; so it says nothing.
        }
    }

    private async Task ReadVolumesAsync(string volumes, CancellationToken cancellationToken)
    {
        var empty = Path.Combine(volumes, "kubernetes.io~empty-dir");
        if (Directory.Exists(empty))
            await new VolumeFiles(output).ReadAsync(empty, $"volume of {space}/{name}", cancellationToken);
    }
}
