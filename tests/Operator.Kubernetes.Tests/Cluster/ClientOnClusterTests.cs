using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Events;

namespace Operator.Kubernetes.Tests.Cluster;

[Trait("needs", "cluster")]
public sealed class ClientOnClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private KubernetesClient Client => cluster.Client;

    [Fact(Timeout = Limit)]
    public async Task An_object_is_created_read_listed_and_deleted()
    {
        var created = await Client.CreateAsync(Resources.ConfigMaps, cluster.Map("crud"), Stop);
        var read = await Client.GetAsync(Resources.ConfigMaps, cluster.Key("crud"), Stop);
        var named = new ListOptions { FieldSelector = "metadata.name=crud" };
        var list = await Client.ListAsync(Resources.ConfigMaps, cluster.Namespace, named, Stop);
        var taken = await Should.ThrowAsync<ApiException>(() => Client.CreateAsync(Resources.ConfigMaps, cluster.Map("crud"), Stop));
        await Client.DeleteAsync(Resources.ConfigMaps, cluster.Key("crud"), Stop);
        await Client.DeleteAsync(Resources.ConfigMaps, cluster.Key("crud"), Stop);

        read!.Data!["value"].ShouldBe("1");
        list.Items.ShouldHaveSingleItem().Metadata.Uid.ShouldBe(created.Metadata.Uid);
        list.ResourceVersion.ShouldNotBeNullOrEmpty();
        taken.IsAlreadyExists.ShouldBeTrue();
        (await Client.GetAsync(Resources.ConfigMaps, cluster.Key("crud"), Stop)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task An_apply_creates_then_changes_and_the_same_again_writes_nothing()
    {
        var created = await Client.ApplyAsync(Resources.ConfigMaps, cluster.Map("apply"), "test", Stop);
        var same = await Client.ApplyAsync(Resources.ConfigMaps, created with { Data = cluster.Map("apply").Data }, "test", Stop);
        var changed = await Client.ApplyAsync(Resources.ConfigMaps, cluster.Map("apply", "2"), "test", Stop);

        same.Metadata.ResourceVersion.ShouldBe(created.Metadata.ResourceVersion);
        changed.Metadata.ResourceVersion.ShouldNotBe(created.Metadata.ResourceVersion);
        changed.Data!["value"].ShouldBe("2");
    }

    [Fact(Timeout = Limit)]
    public async Task An_apply_takes_fields_over_and_removes_its_own_that_are_left_out_but_nobody_elses()
    {
        var key = cluster.Key("owners");
        var first = cluster.Map("owners") with { Data = new Dictionary<string, string> { ["ours"] = "1", ["contested"] = "ours" } };
        await Client.ApplyAsync(Resources.ConfigMaps, first, "test", Stop);
        var other = new JsonObject { ["data"] = new JsonObject { ["theirs"] = "1", ["contested"] = "theirs" } };
        await Client.MergePatchAsync(Resources.ConfigMaps, key, other, "other", Stop);

        var second = first with { Data = new Dictionary<string, string> { ["contested"] = "ours again" } };
        var result = await Client.ApplyAsync(Resources.ConfigMaps, second, "test", Stop);

        result.Data.ShouldBe(new Dictionary<string, string> { ["theirs"] = "1", ["contested"] = "ours again" }, ignoreOrder: true);
    }

    [Fact(Timeout = Limit)]
    public async Task Replacing_a_status_changes_the_status_only()
    {
        var port = new V1ServicePort { Port = 143, TargetPort = 1143, Protocol = "TCP" };
        var service = new V1Service
        {
            Metadata = new V1ObjectMeta { Namespace = cluster.Namespace, Name = "status" },
            Spec = new V1ServiceSpec { Type = "LoadBalancer", Ports = [port] },
        };
        await Client.ApplyAsync(Resources.Services, service, "test", Stop);

        var given = new V1LoadBalancerStatus { Ingress = [new V1LoadBalancerIngress { Ip = "192.0.2.1" }] };
        var changed = service with { Spec = new V1ServiceSpec { Ports = [] }, Status = new V1ServiceStatus { LoadBalancer = given } };
        var result = await Client.ReplaceStatusAsync(Resources.Services, changed, "test-status", Stop);
        var again = await Client.ReplaceStatusAsync(Resources.Services, changed, "test-status", Stop);

        result.Status!.LoadBalancer!.Ingress!.Single().Ip.ShouldBe("192.0.2.1");
        result.Spec!.Ports!.Single().TargetPort.ShouldBe(1143);
        again.Metadata.ResourceVersion.ShouldBe(result.Metadata.ResourceVersion);
    }

    [Fact(Timeout = Limit)]
    public async Task A_merge_patch_changes_what_it_names_and_is_refused_when_it_knows_an_older_version()
    {
        var key = cluster.Key("patch");
        var created = await Client.CreateAsync(Resources.ConfigMaps, cluster.Map("patch"), Stop);

        var annotate = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["a/b"] = "c" } } };
        var patched = await Client.MergePatchAsync(Resources.ConfigMaps, key, annotate, "test", Stop);
        var stale = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = created.Metadata.ResourceVersion },
            ["data"] = new JsonObject { ["value"] = null },
        };
        var error = await Should.ThrowAsync<ApiException>(() => Client.MergePatchAsync(Resources.ConfigMaps, key, stale, "test", Stop));

        patched.Metadata.Annotations!["a/b"].ShouldBe("c");
        patched.Data!["value"].ShouldBe("1");
        error.IsConflict.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_workload_with_all_its_parts_is_accepted_and_applying_it_again_changes_nothing()
    {
        var first = await Client.ApplyAsync(Resources.StatefulSets, Workloads.StatefulSet(cluster.Namespace), "test", Stop);
        var again = await Client.ApplyAsync(Resources.StatefulSets, Workloads.StatefulSet(cluster.Namespace), "test", Stop);
        var pod = await Client.CreateAsync(Resources.Pods, Workloads.Pod(cluster.Namespace), Stop);

        again.Metadata.Generation.ShouldBe(first.Metadata.Generation);
        first.Spec!.Template!.Spec!.Volumes!.Count.ShouldBe(3);
        first.Spec.VolumeClaimTemplates!.Single().GetProperty("spec").GetProperty("resources").GetProperty("requests").GetProperty("storage").GetString().ShouldBe("1Gi");
        pod.Spec!.ShareProcessNamespace.ShouldBe(true);
        pod.Spec.Containers!.Single().ReadinessProbe!.TcpSocket!.Port.ShouldBe(1143);
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_sees_what_is_added_modified_and_deleted()
    {
        var start = await Client.ListAsync(Resources.ConfigMaps, cluster.Namespace, new ListOptions { Limit = 1 }, Stop);
        var options = new WatchOptions { ResourceVersion = start.ResourceVersion, FieldSelector = "metadata.name=watched" };
        await using var watch = Client.WatchAsync(Resources.ConfigMaps, cluster.Namespace, options, Stop).GetAsyncEnumerator(Stop);

        await Client.CreateAsync(Resources.ConfigMaps, cluster.Map("watched"), Stop);
        await Client.ApplyAsync(Resources.ConfigMaps, cluster.Map("watched", "2"), "test", Stop);
        await Client.DeleteAsync(Resources.ConfigMaps, cluster.Key("watched"), Stop);

        (await NextAsync(watch)).Type.ShouldBe(WatchEventType.Added);
        var modified = await NextAsync(watch);
        modified.Type.ShouldBe(WatchEventType.Modified);
        modified.Object!.Data!["value"].ShouldBe("2");
        (await NextAsync(watch)).Type.ShouldBe(WatchEventType.Deleted);
    }

    [Fact(Timeout = Limit)]
    public async Task A_watch_ends_cleanly_when_its_time_is_over()
    {
        var start = await Client.ListAsync(Resources.Leases, cluster.Namespace, new ListOptions(), Stop);
        var options = new WatchOptions { ResourceVersion = start.ResourceVersion, TimeoutSeconds = 1 };

        await foreach (var next in Client.WatchAsync(Resources.Leases, cluster.Namespace, options, Stop))
            next.Type.ShouldBe(WatchEventType.Bookmark);
    }

    [Fact(Timeout = Limit)]
    public async Task A_list_comes_in_pages()
    {
        var label = new Dictionary<string, string> { ["paged"] = "yes" };
        for (var i = 0; i < 5; i++)
        {
            var map = cluster.Map($"page-{i}");
            await Client.CreateAsync(Resources.ConfigMaps, map with { Metadata = map.Metadata with { Labels = label } }, Stop);
        }

        var options = new ListOptions { LabelSelector = "paged=yes", Limit = 3 };
        var first = await Client.ListAsync(Resources.ConfigMaps, cluster.Namespace, options, Stop);
        var rest = await Client.ListAsync(Resources.ConfigMaps, cluster.Namespace, options with { Continue = first.Continue }, Stop);

        (first.Items.Count, rest.Items.Count, rest.Continue).ShouldBe((3, 2, null));
        rest.ResourceVersion.ShouldBe(first.ResourceVersion);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_write_of_a_Secret_says_which_field_and_nothing_of_its_content()
    {
        var secret = new V1Secret
        {
            Metadata = new V1ObjectMeta { Namespace = cluster.Namespace, Name = "refused" },
            Data = new Dictionary<string, byte[]> { ["not a key!"] = Encoding.UTF8.GetBytes("hush") },
        };

        var error = await Should.ThrowAsync<ApiException>(() => Client.CreateAsync(Resources.Secrets, secret, Stop));

        error.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        error.Message.ShouldContain("data[not a key!]");
        error.ToString().ShouldNotContain("hush");
    }

    [Fact(Timeout = Limit)]
    public async Task A_kind_that_the_server_does_not_offer_is_not_found()
    {
        var unknown = Resources.ConfigMaps with { Group = "none.example.com" };

        (await Should.ThrowAsync<ApiException>(() => Client.ListAsync(unknown, null, new ListOptions(), Stop))).IsNotFound.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_with_a_foreign_certificate_is_not_talked_to()
    {
        var config = new KubernetesClientConfig { Server = ClusterFixture.Config.Server, Token = "t" };
        using var stranger = new KubernetesClient(config, TimeProvider.System);

        await Should.ThrowAsync<HttpRequestException>(() => stranger.GetAsync(Resources.ConfigMaps, cluster.Key("a"), Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_token_is_refused_without_showing_it()
    {
        var own = ClusterFixture.Config;
        var config = new KubernetesClientConfig
        {
            Server = own.Server,
            CertificateAuthority = own.CertificateAuthority,
            CertificateAuthorityFile = own.CertificateAuthorityFile,
            Token = "hush-hush",
        };
        using var stranger = new KubernetesClient(config, TimeProvider.System);

        var error = await Should.ThrowAsync<ApiException>(() => stranger.GetAsync(Resources.ConfigMaps, cluster.Key("a"), Stop));

        error.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        error.ToString().ShouldNotContain("hush");
    }

    [Fact(Timeout = Limit)]
    public async Task Events_are_accepted()
    {
        var about = await Client.CreateAsync(Resources.ConfigMaps, cluster.Map("event"), Stop);
        using var recorder = new EventRecorder(
            Client, new EventReporter("cyrus-operator", "pod-1"), TimeProvider.System, NullLogger<EventRecorder>.Instance);
        await recorder.StartAsync(Stop);

        recorder.Record(about, EventType.Warning, "Tested", "Test", new string('é', 2000));
        var events = await UntilAsync(
            () => Client.ListAsync(Resources.Events, cluster.Namespace, new ListOptions(), Stop),
            list => list.Items.Any(one => one.Reason == "Tested"));

        await recorder.StopAsync(Stop);
        events.Items.Single(one => one.Reason == "Tested").InvolvedObject!.Uid.ShouldBe(about.Metadata.Uid);
    }

    private static async Task<TResult> UntilAsync<TResult>(Func<Task<TResult>> read, Func<TResult, bool> holds)
    {
        while (true)
        {
            var result = await read();
            if (holds(result))
                return result;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    private static async Task<WatchEvent<V1ConfigMap>> NextAsync(IAsyncEnumerator<WatchEvent<V1ConfigMap>> watch)
    {
        do
            (await watch.MoveNextAsync()).ShouldBeTrue();
        while (watch.Current.Type == WatchEventType.Bookmark);
        return watch.Current;
    }
}
