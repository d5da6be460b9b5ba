using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;
using Operator.Servers.Rollout;
using Operator.Testing;
using Operator.Testing.Kubernetes;

namespace Operator.Tests.Servers;

/// <summary>The server's report key in its bundle Secret.</summary>
public sealed class BundlePublisherTests : IDisposable
{
    private const string Path = "/api/v1/namespaces/post/secrets/mail-bundle";

    private static readonly CyrusServer Server = Make.Server();
    private static readonly ObjectKey Key = ObjectKey.Of(Server);

    private readonly FakeApiServer api = new();
    private readonly ManualTimeProvider time = new();
    private readonly KubernetesClient client;
    private readonly Informer<PartialObjectMetadata> secrets;
    private readonly ReportKeys keys = new();
    private readonly BundlePublisher publisher;

    public BundlePublisherTests()
    {
        client = new KubernetesClient(new KubernetesClientConfig { Server = new Uri("http://fake") }, time, api);
        secrets = Informer(Resources.Secrets.MetadataOnly());
        publisher = new BundlePublisher(
            client, new ObjectReader<V1Secret>(client, Resources.Secrets, key => secrets.Get(key)?.Metadata.ResourceVersion), keys);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task A_first_publication_makes_a_key_and_later_ones_keep_it()
    {
        await PublishAsync(Bundle(1));
        var first = PublishedKey();
        await PublishAsync(Bundle(2));

        ReportKey.Parse(Convert.FromBase64String(first)).ShouldNotBeNull();
        PublishedKey().ShouldBe(first);
        Applied().Count.ShouldBe(2);
        Convert.ToBase64String(keys.Find(Key)!.ToText()).ShouldBe(first);
    }

    [Fact]
    public async Task Nothing_is_written_when_nothing_changes()
    {
        await PublishAsync(Bundle(1));
        await PublishAsync(Bundle(1));

        Applied().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_is_deleted_or_spoiled_is_replaced_by_another()
    {
        await PublishAsync(Bundle(1));
        var lost = PublishedKey();
        foreach (var spoiled in (string?[])[null, "QUJD"])
        {
            var secret = api.Find(Path)!;
            secret["data"]!.AsObject().Remove("report.key");
            if (spoiled is not null)
                secret["data"]!["report.key"] = spoiled;
            api.Put(Path, secret.ToJsonString());

            await PublishAsync(Bundle(1));

            PublishedKey().ShouldNotBe(lost);
            ReportKey.Parse(Convert.FromBase64String(PublishedKey())).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task While_the_watch_lags_no_second_key_is_made()
    {
        api.Put(Path, """{"data":{"settings.json":"e30="}}""");
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            var run = secrets.RunAsync(stop.Token);
            await secrets.WaitForSyncAsync(stop.Token);
            await stop.CancelAsync(); // it sees nothing from now on
            await run;
        }

        await PublishAsync(Bundle(1));
        await PublishAsync(Bundle(1));

        Applied().Count.ShouldBe(1);
    }

    private async Task PublishAsync(Bundle target) =>
        await publisher.PublishAsync(Server, target, await publisher.ReadAsync(Server, Stop), Stop);

    private string PublishedKey() => JsonNode.Parse(Applied()[^1])!["data"]!["report.key"]!.GetValue<string>();

    /// <summary>What was applied: the server in memory merges, so it would keep a key that was left out.</summary>
    private List<string> Applied() => [.. api.Requests.Where(static one => one.Method == "PATCH").Select(static one => one.Body!)];

    private Informer<T> Informer<T>(Resource<T> resource)
        where T : class, IKubernetesObject => new(client, resource, new InformerOptions(), time, NullLogger<Informer<T>>.Instance);

    private static Bundle Bundle(byte content) => new(new Dictionary<string, byte[]> { ["imapd.conf"] = [content] });
}
