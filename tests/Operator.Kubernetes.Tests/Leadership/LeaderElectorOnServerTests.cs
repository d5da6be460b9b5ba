using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Leadership;
using Operator.Kubernetes.Tests.ApiServer;

namespace Operator.Kubernetes.Tests.Leadership;

/// <summary>The election on a real API server: what it accepts and how it refuses.</summary>
[Trait("needs", "apiserver")]
public sealed class LeaderElectorOnServerTests(ApiServerFixture fixture) : IClassFixture<ApiServerFixture>
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task A_lease_is_made_held_released_and_taken_again_with_the_next_term()
    {
        var space = await fixture.CreateNamespaceAsync(Stop);

        var first = await LeadOnceAsync(fixture.Client, space, "one");
        var free = await LeaseAsync(space);
        var second = await LeadOnceAsync(fixture.Client, space, "two");

        (first, second).ShouldBe((0, 1));
        (free.HolderIdentity, free.LeaseDurationSeconds, free.LeaseTransitions).ShouldBe(("", 1, 0));
        (await LeaseAsync(space)).RenewTime.ShouldNotBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_right_is_logged_as_the_server_words_it()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var nobody = new KubernetesClient(fixture.Server.ConfigOf("nobody", null), TimeProvider.System);
        var log = new RecordingLogger<LeaderElector>();
        var run = Elector(nobody, "default", "one", log).RunAsync(static _ => Task.CompletedTask, stop.Token);

        while (log.Lines.All(static line => line.Level != LogLevel.Error))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        await stop.CancelAsync();
        await run;

        var said = log.Lines.First(static line => line.Level == LogLevel.Error).Text;
        said.ShouldContain("get leases.coordination.k8s.io default/test: 403 Forbidden");
        said.ShouldContain("User \"nobody\" cannot get resource \"leases\"");
    }

    private static LeaderElector Elector(IKubernetesClient client, string space, string identity, ILogger<LeaderElector> log) => new(
        new LeaderElectionOptions { Name = "test", Namespace = space, Identity = identity }, client, TimeProvider.System, log);

    private static async Task<int> LeadOnceAsync(IKubernetesClient client, string space, string identity)
    {
        var number = -1;
        await Elector(client, space, identity, new RecordingLogger<LeaderElector>()).RunAsync(
            term =>
            {
                number = term.Number;
                return Task.CompletedTask;
            },
            Stop);
        return number;
    }

    private async Task<V1LeaseSpec> LeaseAsync(string space) =>
        (await fixture.Client.GetAsync(Resources.Leases, new ObjectKey(space, "test"), Stop))!.Spec!;
}
