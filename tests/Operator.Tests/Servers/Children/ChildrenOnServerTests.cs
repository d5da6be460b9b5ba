using System.Text.Json.Nodes;
using Operator.Entities.Servers;
using Operator.Integrations;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Children;

namespace Operator.Tests.Servers.Children;

/// <summary>What others do to a server's children, and what the API server does not take, on a real one.</summary>
[Trait("needs", "apiserver")]
public sealed class ChildrenOnServerTests(ChildrenFixture fixture) : IClassFixture<ChildrenFixture>
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_foreign_change_of_our_fields_is_put_right_and_told_and_a_foreign_field_stays()
    {
        await using var world = await StartAsync("minimal");
        await PatchAsync(world, Resources.Services, """{"metadata":{"labels":{"theirs":"1"}},"spec":{"selector":{"cyrus-operator.dev/server":"other"}}}""");

        (await world.TurnAsync(Stop)).ShouldBeNull();

        var service = await ReadAsync(world, Resources.Services);
        service.Spec!.Selector!["cyrus-operator.dev/server"].ShouldBe("mail");
        service.Metadata.Labels!["theirs"].ShouldBe("1");
        (await world.ToldAsync(Stop)).ShouldContain(
            $"ForeignChangeReverted: Service {world.Namespace}/mail: spec.selector[cyrus-operator.dev/server] had been changed by intruder and is as wanted again");
    }

    [Fact(Timeout = Limit)]
    public async Task A_foreign_field_alone_is_nothing_to_tell()
    {
        await using var world = await StartAsync("minimal");
        await PatchAsync(world, Resources.Services, """{"metadata":{"labels":{"theirs":"1"}}}""");

        (await world.TurnAsync(Stop)).ShouldBeNull();

        (await world.ToldAsync(Stop)).ShouldNotContain(static told => told.StartsWith("Foreign", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_lost_label_of_a_StatefulSet_comes_back()
    {
        await using var world = await StartAsync("minimal");
        await PatchAsync(world, Resources.StatefulSets, """{"metadata":{"labels":{"app.kubernetes.io/name":"changed"}}}""");

        (await world.TurnAsync(Stop)).ShouldBeNull();

        (await ReadAsync(world, Resources.StatefulSets)).Metadata.Labels!["app.kubernetes.io/name"].ShouldBe("cyrus-imapd");
    }

    [Fact(Timeout = Limit)]
    public async Task A_deleted_child_is_made_again_and_told()
    {
        await using var world = await StartAsync("minimal");
        await fixture.Client.DeleteAsync(Resources.Services, Key(world), Stop);

        (await world.TurnAsync(Stop)).ShouldBeNull();

        await ReadAsync(world, Resources.Services);
        (await world.ToldAsync(Stop)).ShouldContain($"ForeignChangeReverted: Service {world.Namespace}/mail had been deleted and was made again");
    }

    [Fact(Timeout = Limit)]
    public async Task A_kind_that_is_not_watched_is_looked_at_again_after_an_hour()
    {
        await using var world = await StartAsync("minimal");
        await PatchAsync(world, Resources.NetworkPolicies, """{"spec":{"policyTypes":["Ingress","Egress"]}}""");
        (await world.TurnAsync(Stop)).ShouldBeNull();
        (await ReadAsync(world, Resources.NetworkPolicies)).Spec!.PolicyTypes!.Count.ShouldBe(2);

        world.Time.Advance(TimeSpan.FromMinutes(61));
        (await world.TurnAsync(Stop)).ShouldBeNull();

        (await ReadAsync(world, Resources.NetworkPolicies)).Spec!.PolicyTypes.ShouldBe(["Ingress"]);
    }

    [Fact(Timeout = Limit)]
    public async Task A_refused_child_is_a_problem_with_the_servers_words_and_the_others_are_made()
    {
        await using var world = await StartAsync("minimal");
        world.Server = Change(world, static spec => spec with
        {
            Service = new ClientServiceSpec { Type = "NodePort", Ports = [new ClientPort { Name = "imap", NodePort = 1 }] },
            Replicas = 2,
        });

        var problem = (await world.TurnAsync(Stop)).ShouldNotBeNull();
        var asked = world.Client.Requests.Count;
        (await world.TurnAsync(Stop)).ShouldBe(problem);

        problem.Reason.ShouldBe("ChildRefused");
        problem.Message.ShouldStartWith($"Service {world.Namespace}/mail was refused by the API server: ");
        problem.Message.ShouldContain("nodePort");
        world.Client.Requests.Count.ShouldBe(asked);
        (await ReadAsync(world, Resources.StatefulSets)).Spec!.Replicas.ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_namesake_that_is_not_ours_is_left_alone()
    {
        var server = await fixture.CreateAsync("config/samples/minimal.yaml", Stop);
        var account = new V1ServiceAccount { Metadata = new V1ObjectMeta { Namespace = server.Metadata.Namespace, Name = "mail" } };
        await fixture.Client.CreateAsync(Resources.ServiceAccounts, account, Stop);
        await using var world = new World(fixture, server);

        var problem = (await world.TurnAsync(Stop)).ShouldNotBeNull();

        problem.Reason.ShouldBe("ChildNotOurs");
        problem.Message.ShouldStartWith($"ServiceAccount {world.Namespace}/mail is there already and was not made for this server");
        (await ReadAsync(world, Resources.ServiceAccounts)).Metadata.OwnerReferences.ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_wanted_no_more_goes_but_only_if_it_is_ours()
    {
        await using var world = await StartAsync("issuer");
        (await ReadAsync(world, IntegrationResources.Certificates)).Spec!.SecretName.ShouldBe("mail-tls");
        world.Server = Change(world, static spec => spec with
        {
            Tls = new TlsSpec { SecretName = "mail-tls" },
            Monitoring = new MonitoringSpec { ServiceMonitor = false },
        });
        await PatchAsync(world, IntegrationResources.ServiceMonitors, """{"metadata":{"ownerReferences":null}}""");

        (await world.TurnAsync(Stop)).ShouldBeNull();

        // Without a controller manager nobody finishes the deletion that leaves the Secret.
        var certificate = await fixture.Client.GetAsync(IntegrationResources.Certificates, Key(world), Stop);
        (certificate is null || certificate.Metadata.DeletionTimestamp is not null).ShouldBeTrue();
        (await ReadAsync(world, IntegrationResources.ServiceMonitors)).Metadata.DeletionTimestamp.ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_Service_changes_its_type_and_back()
    {
        await using var world = await StartAsync("minimal");
        foreach (var type in (string[])["LoadBalancer", "ClusterIP", "NodePort", "ClusterIP"])
        {
            world.Server = Change(world, spec => spec with { Service = new ClientServiceSpec { Type = type } });

            (await world.TurnAsync(Stop)).ShouldBeNull();

            (await ReadAsync(world, Resources.Services)).Spec!.Type.ShouldBe(type);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task What_the_API_server_does_not_know_is_told_once()
    {
        await using var world = await StartAsync("minimal");
        world.Server = Change(world, static spec => spec with { Service = new ClientServiceSpec { Type = "LoadBalancer", LoadBalancerClass = "example.org/mail" } });
        (await world.TurnAsync(Stop)).ShouldBeNull();
        (await world.TurnAsync(Stop)).ShouldBeNull();

        (await world.ToldAsync(Stop)).ShouldHaveSingleItem().ShouldBe(
            "NotServed: Field loadBalancerClass of Services, which spec.service.loadBalancerClass asks for, is not known to this API server and is left out");
    }

    [Fact]
    public void Without_cert_manager_an_issuer_is_a_problem()
    {
        var server = Make.Server(static spec => spec with { Tls = new TlsSpec { IssuerRef = new IssuerReference { Name = "ca" }, DnsNames = ["a.example.org"] } });

        ServerObjects.CheckSources(server, new ApiOffers()).ShouldNotBeNull().Reason.ShouldBe("CertManagerMissing");
        ServerObjects.CheckSources(server, new ApiOffers { Certificates = true }).ShouldBeNull();
    }

    private static ObjectKey Key(World world) => new(world.Namespace, "mail");

    private static CyrusServer Change(World world, Func<CyrusServerSpec, CyrusServerSpec> change) => world.Server with { Spec = change(world.Server.Spec) };

    private async Task<World> StartAsync(string sample)
    {
        var world = new World(fixture, await fixture.CreateAsync($"config/samples/{sample}.yaml", Stop));
        (await world.TurnAsync(Stop)).ShouldBeNull();
        return world;
    }

    private Task<T> PatchAsync<T>(World world, Resource<T> resource, string patch)
        where T : class, IKubernetesObject =>
        fixture.Client.MergePatchAsync(resource, Key(world), JsonNode.Parse(patch)!.AsObject(), "intruder", Stop);

    private async Task<T> ReadAsync<T>(World world, Resource<T> resource)
        where T : class, IKubernetesObject => (await fixture.Client.GetAsync(resource, Key(world), Stop)).ShouldNotBeNull();
}
