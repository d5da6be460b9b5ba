using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Leadership;
using Operator.Kubernetes.Tests.Leadership;

namespace Operator.Kubernetes.Tests.Controllers;

/// <summary>The host with an election: who works, and how it ends.</summary>
public sealed class ElectedHostTests : IDisposable
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();
    private readonly Gate gate = new();
    private readonly Controller controller;
    private readonly ControllerHost host;
    private readonly LeaderElector election;

    public ElectedHostTests()
    {
        var informer = fixture.Informer();
        controller = new Controller(new ControllerOptions { Name = "test" }, gate, fixture.Time, NullLogger<Controller>.Instance)
            .Watch(informer);
        var options = new LeaderElectionOptions { Name = "test", Namespace = "ns", Identity = "me" };
        election = new LeaderElector(options, fixture.Client, fixture.Time, NullLogger<LeaderElector>.Instance);
        host = new ControllerHost([informer], [controller], NullLogger<ControllerHost>.Instance, election);
        fixture.Server.Put($"{Fixture.Maps}/a", Fixture.Json("1"));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        host.Dispose();
        controller.Dispose();
        fixture.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Who_does_not_lead_is_ready_and_live_and_works_on_nothing_until_it_leads()
    {
        fixture.Server.Put(Candidate.Path, Candidate.Lease("other"));
        await host.StartAsync(Stop);
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), Stop);
        await fixture.Server.WaitForAsync(static request => request.IsWatch, 1, Stop);

        (host.IsReady, host.NotLive(new HealthLimits()).Count).ShouldBe((true, 0));
        (controller.Read().IsWorking, controller.Read().Depth).ShouldBe((false, 1));
        fixture.Server.Put(Candidate.Path, Candidate.Lease(""));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        (await gate.Entered.WaitAsync(TimeSpan.FromSeconds(20), Stop)).ShouldBeTrue();
        election.Term.ShouldBe(5);
        gate.Open.SetResult();
        await host.StopAsync(Stop);
        await host.ExecuteTask!;
    }

    [Fact(Timeout = Limit)]
    public async Task A_lost_lease_cancels_what_is_worked_on_and_ends_the_host_with_an_error()
    {
        await host.StartAsync(Stop);
        await gate.Entered.WaitAsync(Stop);
        fixture.Server.Put(Candidate.Path, Candidate.Lease("thief"));

        while (!host.ExecuteTask!.IsCompleted)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Yield();
        }

        await Should.ThrowAsync<LeadershipLostException>(host.ExecuteTask);
        gate.WasCancelled.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task A_clean_stop_finishes_what_is_worked_on_and_then_releases_the_lease()
    {
        await host.StartAsync(Stop);
        await gate.Entered.WaitAsync(Stop);

        var stopping = host.StopAsync(Stop);
        Holder().ShouldBe("me");
        gate.Open.SetResult();
        await stopping;

        (Holder(), gate.WasCancelled).ShouldBe(("", false));
    }

    private string? Holder() => fixture.Server.Find(Candidate.Path)!["spec"]!["holderIdentity"]?.ToString();

    private sealed class Gate : IReconciler
    {
        public SemaphoreSlim Entered { get; } = new(0);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WasCancelled { get; private set; }

        public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            Entered.Release();
            try
            {
                await Open.Task.WaitAsync(cancellationToken);
                return ReconcileResult.Done;
            }
            catch (OperationCanceledException)
            {
                WasCancelled = true;
                throw;
            }
        }
    }
}
