using Operator.Kubernetes.Client;
using Operator.Testing;
using Operator.Testing.ApiServer;
using Report;

namespace RuntimeBench;

/// <summary>Starts an API server, fills it, and has everything measured.</summary>
internal sealed class Bench(Scale scale, TextWriter progress)
{
    private const int Tries = 3;
    private const string Python = "/usr/bin/python3"; // Debian's, which has python3-kubernetes

    private MarkdownTable table = new("");

    /// <summary>Measures.</summary>
    /// <param name="measured">Where, and by which command.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Section> RunAsync(string measured, CancellationToken cancellationToken)
    {
        var section = new Section("runtime", "The controller runtime", measured).Paragraph("""
            Each figure is of a process of its own, against a kube-apiserver and an etcd of its own on the same processors. The peer, Debian's
            python3-kubernetes, lists and watches the same objects into a dictionary and does nothing else: the floor.
            """);
        await using var server = await LocalApiServer.StartAsync(cancellationToken);
        using var client = new KubernetesClient(server.Config, TimeProvider.System);
        var population = new Population(client);
        await population.PrepareAsync(cancellationToken);
        await WidgetsAsync(server, population, cancellationToken);
        section.Table(table);
        await SecretsAsync(server, population, cancellationToken);
        return section.Table(table);
    }

    private async Task WidgetsAsync(LocalApiServer server, Population population, CancellationToken cancellationToken)
    {
        await progress.WriteLineAsync($"       {scale.Widgets:N0} custom resources");
        await population.CreateWidgetsAsync(scale.Widgets, cancellationToken);
        var (sync, peer) = await SyncsAsync(server, cancellationToken);
        var ours = await ChildProcess.RoleAsync(["widgets", server.Kubeconfig, $"{scale.IdleSeconds}"], UpdateAsync, cancellationToken);
        table = new MarkdownTable($"{scale.Widgets:N0} custom resources of 1 kB", "ours", "python3-kubernetes");
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
        await progress.WriteLineAsync($"       {scale.Secrets:N0} Secrets");
        string[] kinds = ["all", "label", "keep"];
        var before = await RolesAsync();
        await population.CreateSecretsAsync(scale.Secrets, cancellationToken);
        var after = await RolesAsync();
        table = new MarkdownTable($"{scale.Secrets:N0} foreign Secrets of 2 kB besides, metadata only", "of all", "by label", "kept by name");
        Compare("initial sync", kind => after[kind]["seconds"], "s");
        Compare("RSS more than without them", kind => after[kind]["rss"] - before[kind]["rss"], "MB");
        Compare("the same after a collection", kind => after[kind]["rss.collected"] - before[kind]["rss.collected"], "MB");
        Compare("live objects more than without them", kind => after[kind]["heap"] - before[kind]["heap"], "MB");

        void Compare(string what, Func<string, double> value, string unit) =>
            table.Add([what, .. kinds.Select(kind => Figures.Show(value(kind), unit))]);

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

    private void Row(string what, double ours, string unit, double? peer = null) =>
        table.Add(what, Figures.Show(ours, unit), peer is null ? "" : Figures.Show(peer, unit));
}
