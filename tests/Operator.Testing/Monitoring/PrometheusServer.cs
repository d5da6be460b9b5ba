using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Testing.ApiServer;

namespace Operator.Testing.Monitoring;

/// <summary>Something to scrape.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Address">Host and port.</param>
/// <param name="Namespace">Label <c>namespace</c>.</param>
/// <param name="Pod">Label <c>pod</c>.</param>
public sealed record ScrapeTarget(string Job, string Address, string Namespace, string Pod);

/// <summary>One series and its value now.</summary>
/// <param name="Labels">Its labels, <c>__name__</c> among them where it has a name.</param>
/// <param name="Value">Its value.</param>
public sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// Debian's Prometheus on a loopback port, which scrapes twice a second and judges our alerts. Its rules are a copy of the chart's in which each
/// <c>for</c> is a second: a test cannot wait for minutes. All else, thresholds and expressions, is as it is shipped.
/// </summary>
public sealed partial class PrometheusServer : IAsyncDisposable
{
    private const string Config = """
        global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
        rule_files: [rules.yaml]
        scrape_configs:
        - job_name: targets
          honor_labels: true
          file_sd_configs: [{files: [targets.json], refresh_interval: 1s}]
        """;

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);
    private readonly string folder = Directory.CreateTempSubdirectory("prometheus-").FullName;
    private readonly HttpClient http = new(new HttpClientHandler { UseProxy = false });
    private readonly Daemon daemon;

    private PrometheusServer()
    {
        File.WriteAllText(Path.Combine(folder, "prometheus.yml"), Config);
        var rules = File.ReadAllText(Repository.PathOf("charts", "cyrus-operator", "rules", "cyrus-operator.yaml"));
        File.WriteAllText(Path.Combine(folder, "rules.yaml"), For().Replace(rules, "for: 1s"));
        string[] arguments =
        [
            $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data", $"--web.listen-address={Address.Authority}", "--log.level=warn",
        ];
        daemon = new Daemon(Promtool.Prometheus, arguments, new Uri(Address, "/-/ready"), Path.Combine(folder, "prometheus.log"));
    }

    /// <summary>Where it answers.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    /// <summary>Starts one that scrapes nothing and knows what it is given.</summary>
    /// <param name="openMetrics">Samples with their moments, as <c>promtool tsdb create-blocks-from openmetrics</c> reads them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">promtool does not understand it, or Prometheus does not become ready; the message says why.</exception>
    public static async Task<PrometheusServer> StartOnAsync(string openMetrics, CancellationToken cancellationToken)
    {
        var server = new PrometheusServer();
        try
        {
            var file = Path.Combine(server.folder, "samples");
            await File.WriteAllTextAsync(file, openMetrics, cancellationToken);
            var (code, output) = await Promtool.RunAsync(null, cancellationToken, "tsdb", "create-blocks-from", "openmetrics", file, Path.Combine(server.folder, "data"));
            if (code != 0)
                throw new InvalidOperationException($"promtool makes nothing of the samples: {output}");
            await server.daemon.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="targets">What it scrapes at first.</param>
    /// <exception cref="InvalidOperationException">It is missing or does not become ready; the message says why.</exception>
    public static async Task<PrometheusServer> StartAsync(CancellationToken cancellationToken, params IReadOnlyList<ScrapeTarget> targets)
    {
        var server = new PrometheusServer();
        try
        {
            server.Scrape(targets);
            await server.daemon.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Scrapes these from now on, and no others.</summary>
    public void Scrape(params IReadOnlyList<ScrapeTarget> targets)
    {
        var list = new JsonArray([.. targets.Select(static one => new JsonObject
        {
            ["targets"] = new JsonArray(one.Address),
            ["labels"] = new JsonObject { ["job"] = one.Job, ["namespace"] = one.Namespace, ["pod"] = one.Pod },
        })]);
        // Renamed into place: Prometheus reads the file as soon as it changes.
        var file = Path.Combine(folder, "targets.json");
        File.WriteAllText(file + ".new", list.ToJsonString());
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>What an expression is now.</summary>
    public async Task<IReadOnlyList<Sample>> QueryAsync(string expression, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(Address, "/api/v1/query?query=" + Uri.EscapeDataString(expression)), cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"Prometheus does not answer {expression}: {text}");
        using var json = JsonDocument.Parse(text);
        return [.. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(Read)];
    }

    /// <summary>Asks again until the answer is as wanted.</summary>
    /// <exception cref="TimeoutException">It was not within three minutes; the message has the last answer.</exception>
    public async Task<IReadOnlyList<Sample>> WaitAsync(string expression, Func<IReadOnlyList<Sample>, bool> wanted, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var last = await QueryAsync(expression, cancellationToken);
            if (wanted(last))
                return last;
            if (TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"{expression} never became as wanted. The last answer: {string.Join("; ", last.Select(Words))}");
            await Task.Delay(s_poll, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Waits until an alert with such labels fires.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">As in a selector: <c>namespace="post"</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<Sample>> FiresAsync(string name, string labels, CancellationToken cancellationToken) =>
        WaitAsync($"ALERTS{{alertname=\"{name}\",alertstate=\"firing\",{labels}}}", static found => found.Count > 0, cancellationToken);

    /// <summary>Waits until no alert with such labels is pending or fires.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">As in a selector.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<Sample>> ClearsAsync(string name, string labels, CancellationToken cancellationToken) =>
        WaitAsync($"ALERTS{{alertname=\"{name}\",{labels}}}", static found => found.Count == 0, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await daemon.DisposeAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static Sample Read(JsonElement one) => new(
        one.GetProperty("metric").EnumerateObject().ToDictionary(static label => label.Name, static label => label.Value.GetString()!, StringComparer.Ordinal),
        double.Parse(one.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));

    private static string Words(Sample sample) => $"{string.Join(',', sample.Labels.Select(static label => $"{label.Key}={label.Value}"))} {sample.Value}";

    [GeneratedRegex(@"\bfor: \d+[smh]$", RegexOptions.Multiline)]
    private static partial Regex For();
}
