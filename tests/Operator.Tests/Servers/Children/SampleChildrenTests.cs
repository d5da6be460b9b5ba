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
        [.. Directory.GetFiles(Testing.Repository.PathOf("config", "samples"), "*.yaml").Order(StringComparer.Ordinal).Select(static path => Path.GetFileNameWithoutExtension(path))];

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

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Samples))]
    public async Task The_API_server_takes_all_children_of_a_sample_and_the_second_time_nothing_is_written(string sample)
    {
        var server = await fixture.CreateAsync(PathOf(sample), Stop);
        await using var first = new World(fixture, server);
        (await first.TurnAsync(Stop)).ShouldBeNull();
        var made = await VersionsAsync(server);
        made.Count.ShouldBeGreaterThanOrEqualTo(6);

        (await first.TurnAsync(Stop)).ShouldBeNull();
        var asked = first.Client.Requests.Count;
        (await first.TurnAsync(Stop)).ShouldBeNull();
        await using var restarted = new World(fixture, server);
        (await restarted.TurnAsync(Stop)).ShouldBeNull();

        first.Client.Requests.Count.ShouldBe(asked);
        (await VersionsAsync(server)).ShouldBe(made);
        (await first.ToldAsync(Stop)).ShouldNotContain(static told => told.StartsWith("Foreign", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_says_first_what_it_is_for(string sample) =>
        File.ReadLines(Testing.Repository.PathOf(PathOf(sample))).First().ShouldStartWith("# ");

    private static string PathOf(string sample) => $"config/samples/{sample}.yaml";

    private static IEnumerable<IChild> All(CyrusServer server, ApiOffers offers) =>
        ServerObjects.Sources(server, offers)
            .Concat(ServerObjects.All(server, StatefulSetBuilder.Build(server, Make.Options, World.RestartDigest, live: null), offers));

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
