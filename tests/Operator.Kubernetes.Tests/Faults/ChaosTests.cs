using Operator.Kubernetes.Tests.ApiServer;
using Operator.Testing.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>Nothing is lost by whatever happens between us and the server, or to the server.</summary>
[Collection(FaultCollection.Name)]
[Trait("needs", "apiserver")]
public sealed class ChaosTests(ApiServerFixture fixture)
{
    private const int Limit = 900_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task All_is_followed_and_reconciled_through_a_network_that_cuts_delays_corrupts_and_goes_silent()
    {
        var seed = FaultSettings.NewSeed();
        var plan = new FaultPlan(seed);
        await using var scenario = await Scenario.StartAsync(fixture, seed, Stop);
        var startedAt = TimeProvider.System.GetTimestamp();
        var faults = new Dictionary<Fault, int>();

        while (TimeProvider.System.GetElapsedTime(startedAt) < FaultSettings.Duration)
        {
            var (fault, lasts, quiet) = plan.Next();
            scenario.Near.Proxy.Begin(fault);
            faults[fault] = faults.GetValueOrDefault(fault) + 1;
            await Task.Delay(lasts, TimeProvider.System, Stop);
            scenario.Near.Proxy.Heal();
            await Task.Delay(quiet, TimeProvider.System, Stop);
        }

        FaultSettings.Say(string.Join(", ", faults.Select(pair => $"{pair.Value} x {pair.Key}")));
        await scenario.EndAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task All_is_followed_and_reconciled_though_etcd_and_then_the_API_server_with_it_are_killed_under_load()
    {
        await using var scenario = await Scenario.StartAsync(fixture, FaultSettings.NewSeed(), Stop);

        for (var i = 0; i < FaultSettings.Kills; i++)
        {
            await scenario.Load.GoOnAsync(50, Stop);
            await fixture.Server.Etcd.KillAsync();
            await fixture.Server.Etcd.StartAsync(Stop);
            await scenario.Load.GoOnAsync(50, Stop);
            await fixture.Server.Etcd.KillAsync();
            await fixture.Server.ApiServer.KillAsync();
            await fixture.Server.Etcd.StartAsync(Stop);
            await fixture.Server.ApiServer.StartAsync(Stop);
        }
        await scenario.Load.GoOnAsync(50, Stop);

        await scenario.EndAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task All_is_followed_and_reconciled_though_the_API_server_stops_in_order_and_is_held_for_a_while()
    {
        await using var scenario = await Scenario.StartAsync(fixture, FaultSettings.NewSeed(), Stop);

        await scenario.Load.GoOnAsync(50, Stop);
        await fixture.Server.ApiServer.StopAsync(Stop);
        await fixture.Server.ApiServer.StartAsync(Stop);
        await scenario.Load.GoOnAsync(50, Stop);
        await fixture.Server.ApiServer.HoldAsync(Stop);
        var connections = scenario.Near.Proxy.Accepted;
        while (scenario.Near.Proxy.Accepted == connections)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop); // the pings were not answered
        fixture.Server.ApiServer.Resume();
        await scenario.Load.GoOnAsync(50, Stop);

        await scenario.EndAsync(Stop);
    }
}
