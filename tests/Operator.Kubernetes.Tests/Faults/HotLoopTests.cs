using Operator.Kubernetes.Api;
using Operator.Kubernetes.Tests.ApiServer;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>A server that is away, or that only refuses, is not made worse by us.</summary>
[Collection(FaultCollection.Name)]
[Trait("needs", "apiserver")]
public sealed class HotLoopTests(ApiServerFixture fixture)
{
    private const int Limit = 120_000;
    private const int Informers = 3;
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Requests_are_few_while_the_API_server_is_away()
    {
        await using var scenario = await Scenario.StartAsync(fixture, FaultSettings.NewSeed(), Stop);
        await scenario.Load.GoOnAsync(100, Stop);
        var (connections, all) = (scenario.Near.Proxy.Accepted, scenario.Near.Requests.All);

        await fixture.Server.ApiServer.KillAsync();
        var (requests, elapsed) = await CountAsync(scenario);
        connections = scenario.Near.Proxy.Accepted - connections;
        all = scenario.Near.Requests.All - all;
        await fixture.Server.ApiServer.StartAsync(Stop);

        FaultSettings.Say($"{requests} lists and watches, {all} requests and {connections} connections in {elapsed.TotalSeconds:0.0} s");
        requests.ShouldBeInRange(Informers, MostRequests(elapsed));
        connections.ShouldBeLessThanOrEqualTo(all);
        await scenario.EndAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task Requests_are_few_while_etcd_is_away()
    {
        await using var scenario = await Scenario.StartAsync(fixture, FaultSettings.NewSeed(), Stop);
        await scenario.Load.GoOnAsync(100, Stop);

        await fixture.Server.Etcd.KillAsync();
        scenario.Near.Proxy.Begin(Fault.Cut);
        var (requests, elapsed) = await CountAsync(scenario);
        await fixture.Server.Etcd.StartAsync(Stop);

        FaultSettings.Say($"{requests} lists and watches in {elapsed.TotalSeconds:0.0} s");
        requests.ShouldBeInRange(Informers, MostRequests(elapsed));
        await scenario.EndAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_key_that_fails_all_the_time_comes_ever_later()
    {
        const int Keys = 10;
        await using var scenario = await Scenario.StartAsync(fixture, FaultSettings.NewSeed(), Stop);
        await scenario.Load.GoOnAsync(20, Stop);
        await scenario.EndAsync(Stop);
        var before = scenario.Reconciler.Calls;

        scenario.Near.Proxy.Begin(Fault.Refuse);
        var startedAt = TimeProvider.System.GetTimestamp();
        foreach (var i in Enumerable.Range(0, Keys))
            scenario.Queue.Add(new ObjectKey("none", $"{i}"));
        await Task.Delay(s_away, TimeProvider.System, Stop);
        var calls = scenario.Reconciler.Calls - before;
        var elapsed = TimeProvider.System.GetElapsedTime(startedAt);

        FaultSettings.Say($"{calls} calls for {Keys} keys in {elapsed.TotalSeconds:0.0} s");
        calls.ShouldBeInRange(2 * Keys, Keys * MostTurns(elapsed, TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(2)));
    }

    private static async Task<(int Requests, TimeSpan Elapsed)> CountAsync(Scenario scenario)
    {
        var before = scenario.ListsAndWatches;
        var startedAt = TimeProvider.System.GetTimestamp();
        await Task.Delay(s_away, TimeProvider.System, Stop);
        return (scenario.ListsAndWatches - before, TimeProvider.System.GetElapsedTime(startedAt));
    }

    /// <summary>In a turn an informer may list and watch, or a request may be tried once more.</summary>
    private static int MostRequests(TimeSpan elapsed) =>
        2 * Informers * MostTurns(elapsed, TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30));

    /// <summary>As many turns as fit in, if each wait were as short as chance can make it: half of the full time.</summary>
    private static int MostTurns(TimeSpan elapsed, TimeSpan first, TimeSpan longest)
    {
        var turns = 1;
        var wait = first / 2;
        for (var at = wait; at <= elapsed; at += wait)
        {
            turns++;
            wait = wait * 2 < longest / 2 ? wait * 2 : longest / 2;
        }
        return turns;
    }
}
