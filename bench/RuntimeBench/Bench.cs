using System.Globalization;
using Operator.Kubernetes.Client;
using Operator.Testing;
using Operator.Testing.ApiServer;

namespace RuntimeBench;

/// <summary>Starts an API server, fills it, has everything measured and prints the table.</summary>
internal sealed class Bench(Scale scale, TextWriter output)
{
    private const int Tries = 3;
    private const string Python = "/usr/bin/python3"; // Debian's, which has python3-kubernetes

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await PrintMachineAsync(cancellationToken);
        await using var server = await LocalApiServer.StartAsync(cancellationToken);
        using var client = new KubernetesClient(server.Config, TimeProvider.System);
        var population = new Population(client);
        await population.PrepareAsync(cancellationToken);
        await WidgetsAsync(server, population, cancellationToken);
        await SecretsAsync(server, population, cancellationToken);
        return 0;
    }

    private async Task WidgetsAsync(LocalApiServer server, Population population, CancellationToken cancellationToken)
    {
        await population.CreateWidgetsAsync(scale.Widgets, cancellationToken);
        var (sync, peer) = await SyncsAsync(server, cancellationToken);
        var ours = await ChildProcess.RoleAsync(["widgets", server.Kubeconfig, $"{scale.IdleSeconds}"], UpdateAsync, cancellationToken);
        Section($"{scale.Widgets:N0} custom resources");
        Row($"initial sync, best of {Tries}", sync["sync.seconds"], "s", peer["sync.seconds"]);
        Row("RSS after it", sync["sync.rss"], "MB", peer["sync.rss"]);
        Row("live objects after it", sync["sync.heap"], "MB");
        Row("no-op reconciliations", ours["reconcile.rate"], "/s");
        Row($"requests in {scale.IdleSeconds} s without a change", ours["idle.requests"], "");
        Row($"writes in {scale.IdleSeconds} s without a change", ours["idle.writes"], "");
        Row("allocated per event", ours["event.bytes"] / 1024, "kB");
        Row($"RSS after {scale.Updates:N0} events", ours["event.rss"], "MB");

        async Task<int> UpdateAsync()
        {
            await population.UpdateWidgetsAsync(scale.Updates, scale.Widgets, cancellationToken);
            return scale.Updates;
        }
    }

    /// <summary>By turns, the fastest of each: the first one also pays for what the server has to do for the first time.</summary>
    private static async Task<(Dictionary<string, double> Ours, Dictionary<string, double> Peer)> SyncsAsync(
        LocalApiServer server, CancellationToken cancellationToken)
    {
        var ours = new List<Dictionary<string, double>>();
        var peers = new List<Dictionary<string, double>>();
        for (var i = 0; i < Tries; i++)
        {
            peers.Add(await PeerAsync(server, cancellationToken));
            ours.Add(await ChildProcess.RoleAsync(["sync", server.Kubeconfig], null, cancellationToken));
        }
        return (ours.MinBy(Seconds)!, peers.MinBy(Seconds)!);

        static double Seconds(Dictionary<string, double> figures) => figures["sync.seconds"];
    }

    private async Task SecretsAsync(LocalApiServer server, Population population, CancellationToken cancellationToken)
    {
        string[] kinds = ["all", "label", "keep"];
        var before = await RolesAsync();
        await population.CreateSecretsAsync(scale.Secrets, cancellationToken);
        var after = await RolesAsync();
        Section($"{scale.Secrets:N0} foreign Secrets of 2 kB besides, metadata only");
        foreach (var (kind, title) in kinds.Zip((string[])["all", "by label", "kept by name"]))
        {
            Row($"{title}: initial sync", after[kind]["seconds"], "s");
            Row($"{title}: RSS more than without them", after[kind]["rss"] - before[kind]["rss"], "MB");
            Row($"{title}: the same after a collection", after[kind]["rss.collected"] - before[kind]["rss.collected"], "MB");
            Row($"{title}: live objects more than without them", after[kind]["heap"] - before[kind]["heap"], "MB");
        }

        async Task<Dictionary<string, Dictionary<string, double>>> RolesAsync()
        {
            var figures = new Dictionary<string, Dictionary<string, double>>();
            foreach (var kind in kinds)
                figures[kind] = await ChildProcess.RoleAsync(["secrets", server.Kubeconfig, kind], null, cancellationToken);
            return figures;
        }
    }

    private static Task<Dictionary<string, double>> PeerAsync(LocalApiServer server, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(Python, [Repository.PathOf("bench", "peer.py"), server.Kubeconfig], null, cancellationToken);

    private async Task PrintMachineAsync(CancellationToken cancellationToken)
    {
        var processor = File.ReadLines("/proc/cpuinfo").First(static line => line.StartsWith("model name", StringComparison.Ordinal)).Split(": ")[1];
        await output.WriteLineAsync($"{processor} x {Environment.ProcessorCount}, .NET {Environment.Version}");
        await output.FlushAsync(cancellationToken);
    }

    private void Section(string title) => output.WriteLine($"\n{title,-50} {"ours",12} {"python3-kubernetes",24}");

    private void Row(string what, double ours, string unit, double? peer = null) => output.WriteLine(
        $"  {what,-48} {Text(ours, unit),12} {(peer is { } value ? Text(value, unit) : ""),24}");

    private static string Text(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{(value >= 1000 || value == Math.Floor(value) ? $"{value:N0}" : $"{value:0.0}")} {unit}").TrimEnd();
}
