using System.Text.Json.Nodes;
using Generate;
using Operator.Entities.Servers;
using Operator.Kubernetes.Client;
using Operator.Servers.Children;
using Operator.Testing;

namespace Operator.Tests.Servers.Children;

/// <summary>Each sample, from its file to the objects that it makes, on a real API server.</summary>
[Trait("needs", "apiserver")]
public sealed class SampleChildrenTests(ChildrenFixture fixture) : IClassFixture<ChildrenFixture>
{
    private const int Limit = 60_000;

    private static readonly ApiOffers Newest = new() { PolicyV1 = true, Certificates = true, ServiceMonitors = true };

    public static TheoryData<string> Samples =>
    [
        .. Directory.GetFiles(Testing.Repository.PathOf("config", "samples"), "*.yaml")
            .Order(StringComparer.Ordinal)
            .Select(static path => Path.GetFileNameWithoutExtension(path)),
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Samples))]
    public async Task The_children_of_a_sample_are_as_committed(string sample)
    {
        var server = await fixture.CreateAsync(PathOf(sample), Stop);
        server = server with { Metadata = server.Metadata with { Namespace = "post", Uid = "u-1" } };

        var text = string.Join("---\n", All(server, Newest).Select(static child => child.ToJson()).OfType<JsonObject>().Select(Yaml.Write));

        text.ShouldBe(Golden.Expected($"tests/Operator.Tests/Servers/Children/Golden/{sample}.yaml", text));
    }

    [Fact(Timeout = 4 * Limit)]
    public async Task The_API_server_takes_all_children_of_all_samples_and_the_second_time_nothing_is_written()
    {
        var made = new List<(CyrusServer Server, Dictionary<string, string> Versions)>();
        foreach (var sample in Samples)
            made.Add(await MakeAsync(sample.Data));
        // A write that changes nothing but the time of the last write shows in another second only.
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Stop);
        foreach (var (server, versions) in made)
        {
            await using var restarted = new World(fixture, server);
            (await restarted.TurnAsync(Stop)).ShouldBeNull();
            restarted.Client.Requests.Count(static one => one.StartsWith("apply ", StringComparison.Ordinal)).ShouldBe(versions.Count);
            (await VersionsAsync(server)).ShouldBe(versions);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_says_first_what_it_is_for(string sample) =>
        File.ReadLines(Testing.Repository.PathOf(PathOf(sample))).First().ShouldStartWith("# ");

    private static string PathOf(string sample) => $"config/samples/{sample}.yaml";

    private static IEnumerable<IChild> All(CyrusServer server, ApiOffers offers) =>
        ServerObjects.Sources(server, offers)
            .Concat(ServerObjects.All(server, StatefulSetBuilder.Build(server, Make.Options, World.RestartDigest, live: null), offers));

    /// <summary>Makes the children of a sample, and looks at them until the operator asks for nothing any more.</summary>
    private async Task<(CyrusServer Server, Dictionary<string, string> Versions)> MakeAsync(string sample)
    {
        var server = await fixture.CreateAsync(PathOf(sample), Stop);
        await using var world = new World(fixture, server);
        (await world.TurnAsync(Stop)).ShouldBeNull(sample);
        (await world.TurnAsync(Stop)).ShouldBeNull(sample);
        var asked = world.Client.Requests.Count;
        (await world.TurnAsync(Stop)).ShouldBeNull(sample);
        world.Client.Requests.Count.ShouldBe(asked, sample);
        var versions = await VersionsAsync(server);
        versions.Count.ShouldBeGreaterThanOrEqualTo(6);
        return (server, versions);
    }

    private async Task<Dictionary<string, string>> VersionsAsync(CyrusServer server)
    {
        var offers = await ApiOffers.ReadAsync(new ApiDiscovery(fixture.Client, TimeProvider.System), Stop);
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var child in All(server, offers))
        {
            if (child.ToJson() is not { } wanted)
                continue;
            var live = (await child.ReadAsync(fixture.Client, Stop)).ShouldNotBeNull();
            versions[$"{wanted["kind"]} {live.Metadata.Name}"] = live.Metadata.ResourceVersion!;
        }
        return versions;
    }
}
