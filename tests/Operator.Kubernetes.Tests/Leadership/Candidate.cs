using Operator.Kubernetes.Client;
using Operator.Kubernetes.Leadership;

namespace Operator.Kubernetes.Tests.Leadership;

/// <summary>One process of an election, with work that ends when the test says so.</summary>
internal sealed class Candidate : IAsyncDisposable
{
    public const string Path = "/apis/coordination.k8s.io/v1/namespaces/ns/leases/test";
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource<LeadershipTerm> leads = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource finish = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Candidate(IKubernetesClient client, TimeProvider time, string identity)
    {
        var options = new LeaderElectionOptions { Name = "test", Namespace = "ns", Identity = identity };
        Elector = new LeaderElector(options, client, time, Log);
    }

    public RecordingLogger<LeaderElector> Log { get; } = new();

    public LeaderElector Elector { get; }

    /// <summary>Its election; ends as the elector does.</summary>
    public Task Run { get; private set; } = Task.CompletedTask;

    /// <summary>Ends when it leads.</summary>
    public Task<LeadershipTerm> Leads => leads.Task;

    public static string Lease(string holder, int seconds = 15, int renewed = 0) => $$"""
        {"spec":{"holderIdentity":"{{holder}}","leaseDurationSeconds":{{seconds}},"leaseTransitions":4,
        "acquireTime":"2001-01-01T00:00:00.000000Z","renewTime":"2001-01-01T00:00:{{renewed:00}}.000000Z"} }
        """;

    /// <summary>
    /// Begins to run for it, and returns when it waits. Outside of the test's synchronization context: what a timer sets off later runs
    /// within Advance, in the same way.
    /// </summary>
    public Candidate Start()
    {
        Task.Run(() => { Run = Elector.RunAsync(WorkAsync, stop.Token); }).GetAwaiter().GetResult();
        return this;
    }

    /// <summary>A clean stop; the work drains until <see cref="Finish"/>.</summary>
    public Task StopAsync() => stop.CancelAsync();

    /// <summary>The work ends.</summary>
    public void Finish() => finish.TrySetResult();

    /// <summary>The work ends with an error.</summary>
    public void Fail(Exception error) => finish.TrySetException(error);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Finish();
        await Run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WorkAsync(LeadershipTerm term)
    {
        leads.SetResult(term);
        await finish.Task.WaitAsync(term.Lost);
    }
}
