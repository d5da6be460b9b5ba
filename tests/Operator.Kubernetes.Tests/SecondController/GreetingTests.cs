using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Tests.ApiServer;
using Operator.Kubernetes.Tests.Cluster;
using Operator.Kubernetes.Tests.Faults;

namespace Operator.Kubernetes.Tests.SecondController;

/// <summary>Another operator, of a kind of its own, on the same runtime: what is general in it is proved by use.</summary>
[Trait("needs", "apiserver")]
public sealed class GreetingTests(ApiServerFixture fixture) : IClassFixture<ApiServerFixture>, IAsyncLifetime
{
    private const int Limit = 60_000;
    private const string Name = "one";
    private string space = "";
    private IHost? host;
    private Follower<V1ConfigMap>? maps;
    private Follower<Greeting>? greetings;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ObjectKey Key => new(space, Name);

    private ObjectKey MapKey => new(space, $"greeting-{Name}");

    public async ValueTask InitializeAsync()
    {
        space = await fixture.CreateNamespaceAsync(Stop);
        await CustomKind.DefineAsync(fixture.Client, "greetings.greetings.example.com", Greeting.Definition, Greeting.Resource, Stop);
        maps = new Follower<V1ConfigMap>(fixture.Client, Resources.ConfigMaps, new() { Namespaces = [space] });
        greetings = new Follower<Greeting>(fixture.Client, Greeting.Resource, new() { Namespaces = [space] });
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(fixture.Server.Config);
        builder.Services.AddLogging().AddGreetings();
        host = builder.Build();
        await host.StartAsync(Stop);
    }

    public async ValueTask DisposeAsync()
    {
        await host!.StopAsync(CancellationToken.None);
        host.Dispose();
        await greetings!.DisposeAsync();
        await maps!.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_greeting_gets_its_config_map_and_says_so()
    {
        var created = await CreateAsync("hello");

        await maps!.UntilAsync(all => TextIn(all.Get(MapKey)) == "hello", Stop);
        await greetings!.UntilAsync(all => all.Get(Key)?.Status?.ObservedGeneration == created.Metadata.Generation, Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_of_the_greeting_is_followed()
    {
        await CreateAsync("hello");
        await maps!.UntilAsync(all => TextIn(all.Get(MapKey)) == "hello", Stop);

        var patch = new JsonObject { ["spec"] = new JsonObject { ["text"] = "goodbye" } };
        var changed = await fixture.Client.MergePatchAsync(Greeting.Resource, Key, patch, "test", Stop);

        await maps.UntilAsync(all => TextIn(all.Get(MapKey)) == "goodbye", Stop);
        await greetings!.UntilAsync(all => all.Get(Key)?.Status?.ObservedGeneration == changed.Metadata.Generation, Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task What_others_do_to_the_config_map_is_undone()
    {
        await CreateAsync("hello");
        await maps!.UntilAsync(all => TextIn(all.Get(MapKey)) == "hello", Stop);

        var patch = new JsonObject { ["data"] = new JsonObject { ["text"] = "spoilt" } };
        var spoilt = await fixture.Client.MergePatchAsync(Resources.ConfigMaps, MapKey, patch, "somebody-else", Stop);
        await maps.UntilAsync(all => all.Get(MapKey) is { } map && TextIn(map) == "hello" && !IsSame(map, spoilt), Stop);
        var uid = maps.Informer.Get(MapKey)!.Metadata.Uid;
        await fixture.Client.DeleteAsync(Resources.ConfigMaps, MapKey, Stop);

        await maps.UntilAsync(all => TextIn(all.Get(MapKey)) == "hello" && all.Get(MapKey)!.Metadata.Uid != uid, Stop);
    }

    private static string? TextIn(V1ConfigMap? map) => map?.Data?["text"];

    private static bool IsSame(V1ConfigMap one, V1ConfigMap other) => one.Metadata.ResourceVersion == other.Metadata.ResourceVersion;

    private Task<Greeting> CreateAsync(string text) => fixture.Client.CreateAsync(
        Greeting.Resource,
        new Greeting { Metadata = new V1ObjectMeta { Namespace = space, Name = Name }, Spec = new GreetingSpec { Text = text } },
        Stop);
}
