using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.Cluster;

[Trait("needs", "cluster")]
public sealed class InformerOnClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const int Limit = 120_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task It_syncs_and_follows_200_config_maps()
    {
        const int Count = 200;
        const int Left = Count - (Count / 4);
        await EachAsync(Count / 2, i => cluster.Client.CreateAsync(Resources.ConfigMaps, Labelled(i, "1"), Stop));
        await using var running = new Running<V1ConfigMap>(cluster.Client, Resources.ConfigMaps, Options("many=yes"));
        await running.Informer.WaitForSyncAsync(Stop);
        running.Informer.List().Count.ShouldBe(Count / 2);

        await EachAsync(Count, i => cluster.Client.ApplyAsync(Resources.ConfigMaps, Labelled(i, "2"), "test", Stop));
        await EachAsync(Count / 4, i => cluster.Client.DeleteAsync(Resources.ConfigMaps, cluster.Key($"many-{i}"), Stop));
        await running.UntilAsync(informer => informer.List().Count == Left && informer.ByIndex("value", "2").Count == Left);

        running.Informer.ByIndex("value", "1").ShouldBeEmpty();
        running.Informer.Get(cluster.Key("many-0")).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_metadata_only_informer_on_Secrets_never_gets_their_data()
    {
        using var wire = new RecordingHandler(ClusterFixture.Config);
        using var client = new KubernetesClient(ClusterFixture.Config, TimeProvider.System, wire);
        await cluster.Client.CreateAsync(Resources.Secrets, Secret("before"), Stop);
        await using var running = new Running<PartialObjectMetadata>(client, Resources.Secrets.MetadataOnly(), Options("kept=secret"));
        await running.Informer.WaitForSyncAsync(Stop);

        await cluster.Client.CreateAsync(Resources.Secrets, Secret("after"), Stop);
        await running.UntilAsync(informer => informer.List().Count == 2);

        running.Informer.Get(cluster.Key("after"))!.Metadata.Labels!["kept"].ShouldBe("secret");
        wire.Text.ShouldContain("after");
        wire.Text.ShouldNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("hush-hush")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_that_is_too_old_is_listed_anew()
    {
        await using var kind = await CustomKind.CreateAsync(cluster.Client, Stop);
        using var wire = new RecordingHandler(ClusterFixture.Config) { FirstWatchVersion = "1" };
        using var client = new KubernetesClient(ClusterFixture.Config, TimeProvider.System, wire);
        await using var running = new Running<AnyObject>(client, kind.Resource, new InformerOptions { Namespaces = [cluster.Namespace] });

        // No object is made: the watch from the version of the second list shows that all is well again.
        await wire.WaitForAsync(recording => recording.Watches == 2, Stop);

        wire.Text.ShouldContain("too old resource version: 1");
        wire.Lists.ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task The_connection_is_HTTP_2()
    {
        using var wire = new RecordingHandler(ClusterFixture.Config);
        using var client = new KubernetesClient(ClusterFixture.Config, TimeProvider.System, wire);

        await client.GetAsync(Resources.ConfigMaps, cluster.Key("none"), Stop);

        wire.Version.ShouldBe(new Version(2, 0));
    }

    private static Task EachAsync(int count, Func<int, Task> act) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Stop },
            async (i, _) => await act(i));

    private InformerOptions Options(string labels) => new() { Namespaces = [cluster.Namespace], LabelSelector = labels, PageSize = 30 };

    private V1ConfigMap Labelled(int number, string value)
    {
        var map = cluster.Map($"many-{number}", value);
        return map with { Metadata = map.Metadata with { Labels = new Dictionary<string, string> { ["many"] = "yes" } } };
    }

    private V1Secret Secret(string name) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Namespace = cluster.Namespace,
            Name = name,
            Labels = new Dictionary<string, string> { ["kept"] = "secret" },
        },
        Data = new Dictionary<string, byte[]> { ["key"] = Encoding.UTF8.GetBytes("hush-hush") },
    };

    /// <summary>An informer that runs until the test ends.</summary>
    private sealed class Running<T> : IAsyncDisposable
        where T : class, IKubernetesObject
    {
        private readonly CancellationTokenSource stop = new();
        private readonly SemaphoreSlim changed = new(0);
        private readonly Task run;

        public Running(IKubernetesClient client, Resource<T> resource, InformerOptions options)
        {
            Informer = new Informer<T>(client, resource, options, TimeProvider.System, NullLogger<Informer<T>>.Instance);
            Informer.AddIndex("value", item => item is V1ConfigMap { Data: { } data } ? data.Values : []);
            Informer.OnChange(_ => changed.Release());
            run = Informer.RunAsync(stop.Token);
        }

        public Informer<T> Informer { get; }

        public async Task UntilAsync(Func<Informer<T>, bool> holds)
        {
            while (!holds(Informer))
                await changed.WaitAsync(Stop);
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await run;
            stop.Dispose();
            changed.Dispose();
        }
    }
}
