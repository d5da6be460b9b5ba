using System.Net;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Tests.ApiServer;
using Operator.Kubernetes.Tests.Cluster;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>
/// 410 as a real server says it. As the answer to a watch it cannot be had from this one, which says it inside of a stream:
/// InformerTests has that form.
/// </summary>
[Collection(FaultCollection.Name)]
[Trait("needs", "apiserver")]
public sealed class GoneTests(ApiServerFixture fixture)
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_version_from_before_etcds_compaction_is_listed_again()
    {
        var space = await fixture.CreateNamespaceAsync(Stop);
        await fixture.Server.CompactAsync(Stop);
        using var wire = new RecordingHandler(fixture.Server.Config) { FirstWatchVersion = "1" };
        using var client = new KubernetesClient(fixture.Server.Config, TimeProvider.System, wire);

        // Of events the server keeps no watch cache: etcd itself is asked.
        await using var follower = new Follower<CoreV1Event>(client, Resources.Events, new() { Namespaces = [space] });
        await wire.WaitForAsync(recording => recording.Watches == 2, Stop);

        wire.Text.ShouldContain("\"type\":\"ERROR\"");
        wire.Text.ShouldContain("\"code\":410");
        wire.Lists.ShouldBe(2);
        await fixture.Client.CreateAsync(Resources.Events, Event(space), Stop);
        await follower.CatchUpAsync(fixture.Client, Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_version_from_before_the_watch_cache_is_listed_again()
    {
        await using var kind = await CustomKind.CreateAsync(fixture.Client, Stop);
        var space = await fixture.CreateNamespaceAsync(Stop);
        using var wire = new RecordingHandler(fixture.Server.Config) { FirstWatchVersion = "1" };
        using var client = new KubernetesClient(fixture.Server.Config, TimeProvider.System, wire);

        await using var follower = new Follower<AnyObject>(client, kind.Resource, new() { Namespaces = [space] });
        await wire.WaitForAsync(recording => recording.Watches == 2, Stop);

        wire.Text.ShouldContain("too old resource version: 1");
        wire.Lists.ShouldBe(2);
        await fixture.Client.CreateAsync(kind.Resource, new AnyObject { Metadata = new V1ObjectMeta { Namespace = space, Name = "one" } }, Stop);
        await follower.CatchUpAsync(fixture.Client, Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_page_token_from_before_the_compaction_begins_the_list_anew()
    {
        var space = await fixture.CreateNamespaceAsync(Stop);
        foreach (var i in Enumerable.Range(0, 5))
            await fixture.Client.CreateAsync(Resources.ConfigMaps, Map(space, $"object-{i}"), Stop);
        var answers = new List<HttpStatusCode>();
        using var wire = new Interposer(fixture.Server.Config, async (_, response) =>
        {
            answers.Add(response.StatusCode);
            if (answers.Count > 1)
                return;
            await fixture.Client.CreateAsync(Resources.ConfigMaps, Map(space, "between-the-pages"), Stop);
            await fixture.Server.CompactAsync(Stop);
        });
        using var client = new KubernetesClient(fixture.Server.Config, TimeProvider.System, wire);

        await using var follower = new Follower<V1ConfigMap>(client, Resources.ConfigMaps, new() { Namespaces = [space], PageSize = 2 });
        await follower.Informer.WaitForSyncAsync(Stop);
        await follower.CatchUpAsync(fixture.Client, Stop);

        answers.Take(3).ShouldBe([HttpStatusCode.OK, HttpStatusCode.Gone, HttpStatusCode.OK]);
        follower.Informer.Get(new ObjectKey(space, "between-the-pages")).ShouldNotBeNull();
    }

    private static V1ConfigMap Map(string space, string name) => new() { Metadata = new V1ObjectMeta { Namespace = space, Name = name } };

    private static CoreV1Event Event(string space) => new()
    {
        Metadata = new V1ObjectMeta { Namespace = space, Name = "one" },
        InvolvedObject = new V1ObjectReference { Namespace = space },
    };
}
