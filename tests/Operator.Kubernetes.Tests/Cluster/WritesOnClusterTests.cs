using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Kubernetes.Tests.Cluster;

[Trait("needs", "cluster")]
public sealed class WritesOnClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private KubernetesClient Client => cluster.Client;

    [Fact(Timeout = Limit)]
    [Trait("pitfall", "20")]
    public async Task A_conflict_of_an_apply_names_the_other_manager_and_the_field()
    {
        var key = cluster.Key("conflict");
        await Client.ApplyAsync(Resources.ConfigMaps, cluster.Map("conflict", "ours"), "test", Stop);
        await Client.MergePatchAsync(Resources.ConfigMaps, key, Data("value", "theirs"), "kubectl-edit", Stop);
        var gentle = new WriteOptions { FieldManager = "test", Force = false };

        var error = await Should.ThrowAsync<ApiException>(
            () => Client.ApplyAsync(Resources.ConfigMaps, cluster.Map("conflict", "ours"), gentle, Stop));
        var forced = await Client.ApplyAsync(Resources.ConfigMaps, cluster.Map("conflict", "ours"), "test", Stop);

        error.IsConflict.ShouldBeTrue();
        error.FieldConflicts.ShouldBe([new FieldConflict("kubectl-edit", ".data.value")]);
        error.Message.ShouldContain("kubectl-edit");
        forced.Data!["value"].ShouldBe("ours");
    }

    [Fact(Timeout = Limit)]
    public async Task A_dry_run_answers_and_writes_nothing()
    {
        var dry = new WriteOptions { FieldManager = "test", DryRun = true };
        var key = cluster.Key("dry");

        var created = await Client.CreateAsync(Resources.ConfigMaps, cluster.Map("dry"), dry, Stop);
        var applied = await Client.ApplyAsync(Resources.ConfigMaps, cluster.Map("dry"), dry, Stop);
        var isThere = await Client.GetAsync(Resources.ConfigMaps, key, Stop) is not null;
        var real = await Client.CreateAsync(Resources.ConfigMaps, cluster.Map("dry"), Stop);
        var patched = await Client.MergePatchAsync(Resources.ConfigMaps, key, Data("value", "2"), dry, Stop);
        await Client.DeleteAsync(Resources.ConfigMaps, key, new DeleteOptions { DryRun = true }, Stop);

        (created.Data!["value"], applied.Data!["value"], isThere).ShouldBe(("1", "1", false));
        patched.Data!["value"].ShouldBe("2");
        (await Client.GetAsync(Resources.ConfigMaps, key, Stop))!.Metadata.ResourceVersion.ShouldBe(real.Metadata.ResourceVersion);
    }

    [Fact(Timeout = Limit)]
    public async Task A_deletion_may_mean_one_object_in_one_version_only()
    {
        var key = cluster.Key("precondition");
        var created = await Client.CreateAsync(Resources.ConfigMaps, cluster.Map("precondition"), Stop);
        var changed = await Client.MergePatchAsync(Resources.ConfigMaps, key, Data("value", "2"), "test", Stop);
        Task DeleteAsync(DeleteOptions options) => Client.DeleteAsync(Resources.ConfigMaps, key, options, Stop);

        var namesake = await Should.ThrowAsync<ApiException>(() => DeleteAsync(new DeleteOptions { Uid = Guid.NewGuid().ToString() }));
        var older = await Should.ThrowAsync<ApiException>(
            () => DeleteAsync(new DeleteOptions { ResourceVersion = created.Metadata.ResourceVersion }));
        await DeleteAsync(new DeleteOptions { Uid = created.Metadata.Uid, ResourceVersion = changed.Metadata.ResourceVersion });

        (namesake.IsConflict, older.IsConflict).ShouldBe((true, true));
        (await Client.GetAsync(Resources.ConfigMaps, key, Stop)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task The_scale_of_a_built_in_kind_is_read_and_set()
    {
        var set = Workloads.StatefulSet(cluster.Namespace);
        var key = cluster.Key("scaled");
        await Client.ApplyAsync(Resources.StatefulSets, set with { Metadata = set.Metadata with { Name = "scaled" } }, "test", Stop);

        var before = await Client.GetAsync(Resources.StatefulSets.Scale(), key, Stop);
        var dry = await Client.ScaleAsync(Resources.StatefulSets, key, 2, new WriteOptions { FieldManager = "test", DryRun = true }, Stop);
        var after = await Client.GetAsync(Resources.StatefulSets, key, Stop);

        (before!.Spec!.Replicas, before.Status!.Selector).ShouldBe((0, "app=types"));
        (dry.Spec!.Replicas, after!.Spec!.Replicas).ShouldBe((2, 0));
    }

    [Fact(Timeout = Limit)]
    public async Task Fields_that_a_type_does_not_know_survive_whatever_is_written_with_it()
    {
        await using var kind = await CustomKind.CreateAsync(Client, Stop);
        var key = cluster.Key("wide");
        var labels = new Dictionary<string, string> { ["a"] = "b" };
        var metadata = new V1ObjectMeta { Namespace = cluster.Namespace, Name = "wide", Labels = labels };
        var spec = JsonElement.Parse(
            """{"size":1,"replicas":1,"color":"red","parts":[{"name":"a","weight":1}],"nested":{"deep":{"x":[1,2]}}}""");
        await Client.CreateAsync(kind.Resource, new AnyObject { Metadata = metadata, Spec = spec }, "other", Stop);
        var status = JsonNode.Parse("""{"status":{"phase":"Old","replicas":1,"details":{"since":"now"}}}""")!.AsObject();
        await Client.MergePatchAsync(kind.Resource.Status(), key, status, "other", Stop);

        var read = await Client.GetAsync(kind.Narrow, key, Stop);
        await Client.MergePatchAsync(kind.Narrow, key, JsonNode.Parse("""{"spec":{"size":2}}""")!.AsObject(), "test", Stop);
        await Client.ApplyAsync(kind.Narrow, read! with { Spec = new NarrowSpec { Size = 3 } }, "test", Stop);
        await Client.MergePatchAsync(kind.Narrow.Status(), key, JsonNode.Parse("""{"status":{"phase":"New"}}""")!.AsObject(), "test", Stop);
        await Client.ScaleAsync(kind.Narrow, key, 5, "test", Stop);
        var wide = (await Client.GetAsync(kind.Resource, key, Stop))!;

        ShouldBeJson(
            wide.Spec, """{"size":3,"replicas":5,"color":"red","parts":[{"name":"a","weight":1}],"nested":{"deep":{"x":[1,2]}}}""");
        ShouldBeJson(wide.Status, """{"phase":"New","replicas":1,"details":{"since":"now"}}""");
        wide.Metadata.Labels!["a"].ShouldBe("b");
    }

    [Fact(Timeout = Limit)]
    public async Task Replacing_a_status_leaves_the_fields_of_the_spec_that_a_type_does_not_know()
    {
        await using var kind = await CustomKind.CreateAsync(Client, Stop);
        var metadata = new V1ObjectMeta { Namespace = cluster.Namespace, Name = "status" };
        var spec = JsonElement.Parse("""{"size":1,"color":"red"}""");
        await Client.CreateAsync(kind.Resource, new AnyObject { Metadata = metadata, Spec = spec }, "other", Stop);

        var read = await Client.GetAsync(kind.Narrow, cluster.Key("status"), Stop);
        await Client.ReplaceStatusAsync(kind.Narrow, read! with { Status = new NarrowStatus { Phase = "New" } }, "test", Stop);
        var wide = (await Client.GetAsync(kind.Resource.Status(), cluster.Key("status"), Stop))!;

        ShouldBeJson(wide.Spec, """{"size":1,"color":"red"}""");
        ShouldBeJson(wide.Status, """{"phase":"New"}""");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_the_metadata_is_sent_when_only_the_metadata_is_asked_for()
    {
        using var wire = new RecordingHandler(ClusterFixture.Config);
        using var client = new KubernetesClient(ClusterFixture.Config, TimeProvider.System, wire);
        var secret = new V1Secret
        {
            Metadata = new V1ObjectMeta { Namespace = cluster.Namespace, Name = "quiet" },
            Data = new Dictionary<string, byte[]> { ["key"] = Encoding.UTF8.GetBytes("hush-hush") },
        };
        await Client.CreateAsync(Resources.Secrets, secret, Stop);
        var quiet = Resources.Secrets.MetadataOnly();

        var one = await client.GetAsync(quiet, cluster.Key("quiet"), Stop);
        var list = await client.ListAsync(quiet, cluster.Namespace, new ListOptions { FieldSelector = "metadata.name=quiet" }, Stop);
        var patch = JsonNode.Parse("""{"metadata":{"labels":{"a":"b"}}}""")!.AsObject();
        var patched = await client.MergePatchAsync(quiet, cluster.Key("quiet"), patch, "test", Stop);
        var options = new WatchOptions { ResourceVersion = list.ResourceVersion, FieldSelector = "metadata.name=quiet" };
        await using var watch = client.WatchAsync(quiet, cluster.Namespace, options, Stop).GetAsyncEnumerator(Stop);
        await watch.MoveNextAsync();

        one!.Metadata.Name.ShouldBe("quiet");
        list.Items.ShouldHaveSingleItem().Metadata.Uid.ShouldBe(one.Metadata.Uid);
        (patched.Metadata.Labels!["a"], watch.Current.Object!.Metadata.Labels!["a"]).ShouldBe(("b", "b"));
        wire.Text.ShouldContain("quiet");
        wire.Text.ShouldNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("hush-hush")));
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_write_says_what_is_wrong_with_which_field()
    {
        var service = new V1Service
        {
            Metadata = new V1ObjectMeta { Namespace = cluster.Namespace, Name = "refused" },
            Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 70000 }] },
        };

        var error = await Should.ThrowAsync<ApiException>(() => Client.CreateAsync(Resources.Services, service, Stop));

        error.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        error.Status!.Details!.Causes!.ShouldContain(cause => cause.Field == "spec.ports[0].port" && cause.Reason == "FieldValueInvalid");
    }

    private static JsonObject Data(string key, string value) => new() { ["data"] = new JsonObject { [key] = value } };

    private static void ShouldBeJson(JsonElement? actual, string expected) =>
        JsonElement.DeepEquals(actual!.Value, JsonElement.Parse(expected)).ShouldBeTrue(actual.Value.GetRawText());
}
