using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Children;

namespace Operator.Tests.Servers.Children;

/// <summary>Volume claims, as a StatefulSet makes them, on a real API server.</summary>
[Trait("needs", "apiserver")]
public sealed class ClaimsOnServerTests(ChildrenFixture fixture) : IClassFixture<ChildrenFixture>
{
    private const int Limit = 60_000;

    private static readonly Resource<LiveObject> Classes = new(
        "storage.k8s.io", "v1", "StorageClass", "storageclasses", false, LiveJson.Default.LiveObject, LiveJson.Default.KubernetesListLiveObject);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_claim_grows_where_its_class_allows_it_and_the_templates_stay()
    {
        await using var world = await StartAsync(allowsExpansion: true);
        world.Server = With(world, static storage => storage with { Spool = new VolumeSpec { Size = "5Gi" } });

        (await world.TurnAsync(Stop)).ShouldBeNull();

        (await ReadAsync(world)).Spec!.Resources!.Requests!["storage"].ShouldBe("5Gi");
        var live = (await fixture.Client.GetAsync(Resources.StatefulSets, new ObjectKey(world.Namespace, "mail"), Stop))!;
        live.Spec!.VolumeClaimTemplates!.Select(static one => one.GetRawText()).ShouldAllBe(static one => one.Contains("\"1Gi\""));
    }

    [Fact(Timeout = Limit)]
    public async Task A_class_that_does_not_allow_it_is_a_problem_and_is_not_asked_again_at_once()
    {
        await using var world = await StartAsync(allowsExpansion: false);
        world.Server = With(world, static storage => storage with { Spool = new VolumeSpec { Size = "5Gi" } });

        var problem = (await world.TurnAsync(Stop)).ShouldNotBeNull();

        problem.Reason.ShouldBe("VolumeNotExpandable");
        problem.Message.ShouldStartWith($"PersistentVolumeClaim {world.Namespace}/spool-mail-0 cannot grow to 5Gi: ");
        problem.Message.ShouldContain("must support resize");
        var asked = world.Client.Requests.Count;
        (await world.TurnAsync(Stop)).ShouldBe(problem);
        world.Client.Requests.Count.ShouldBe(asked);
    }

    [Fact(Timeout = Limit)]
    public async Task With_reclaim_Delete_a_claim_belongs_to_the_server_until_it_is_Retain_again()
    {
        await using var world = await StartAsync(allowsExpansion: true);
        world.Server = With(world, static storage => storage with { Reclaim = StorageSpec.DeleteVolumes });
        (await world.TurnAsync(Stop)).ShouldBeNull();
        (await ReadAsync(world)).Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe(world.Server.Metadata.Uid);

        world.Server = With(world, static storage => storage with { Reclaim = StorageSpec.RetainVolumes });
        (await world.TurnAsync(Stop)).ShouldBeNull();

        (await ReadAsync(world)).Metadata.OwnerReferences.ShouldBeNull();
    }

    private static CyrusServer With(World world, Func<StorageSpec, StorageSpec> change) =>
        world.Server with { Spec = world.Server.Spec with { Storage = change(world.Server.Spec.Storage) } };

    private async Task<V1PersistentVolumeClaim> ReadAsync(World world) =>
        (await fixture.Client.GetAsync(Resources.PersistentVolumeClaims, new ObjectKey(world.Namespace, "spool-mail-0"), Stop)).ShouldNotBeNull();

    /// <summary>A server with one bound claim, of a class of its own.</summary>
    private async Task<World> StartAsync(bool allowsExpansion)
    {
        var world = new World(fixture, await fixture.CreateAsync("config/samples/minimal.yaml", Stop));
        (await world.TurnAsync(Stop)).ShouldBeNull();
        var name = $"class-{world.Namespace}";
        var text = $$"""{"metadata":{"name":"{{name}}"},"provisioner":"example.org/none","allowVolumeExpansion":{{(allowsExpansion ? "true" : "false")}} }""";
        await fixture.Client.CreateAsync(Classes, JsonSerializer.Deserialize(text, LiveJson.Default.LiveObject)!, Stop);
        var claim = new V1PersistentVolumeClaim
        {
            Metadata = new V1ObjectMeta
            {
                Namespace = world.Namespace,
                Name = "spool-mail-0",
                Labels = new Dictionary<string, string> { [AnnotationKeys.ServerLabel] = "mail" },
            },
            Spec = new V1PersistentVolumeClaimSpec
            {
                AccessModes = ["ReadWriteOnce"],
                StorageClassName = name,
                Resources = new V1ResourceRequirements { Requests = new Dictionary<string, string> { ["storage"] = "1Gi" } },
            },
        };
        await fixture.Client.CreateAsync(Resources.PersistentVolumeClaims, claim, Stop);
        var bound = new JsonObject { ["status"] = new JsonObject { ["phase"] = "Bound", ["capacity"] = new JsonObject { ["storage"] = "1Gi" } } };
        await fixture.Client.MergePatchAsync(Resources.PersistentVolumeClaims.Status(), ObjectKey.Of(claim), bound, "binder", Stop);
        return world;
    }
}
