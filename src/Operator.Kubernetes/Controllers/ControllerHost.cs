using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Informers;
using Operator.Kubernetes.Leadership;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Controllers;

/// <summary>
/// Runs all informers and controllers; with an election, the controllers only while this process leads, with caches that are warm by then.
/// At a stop the controllers drain first, while the informers still follow; then the lease is released. None of them ends silently: when
/// one does before the stop, all stop, and the error ends the host (BackgroundServiceExceptionBehavior.StopHost).
/// </summary>
public sealed partial class ControllerHost : BackgroundService
{
    private readonly IReadOnlyList<IInformer> informers;
    private readonly IReadOnlyList<Controller> controllers;
    private readonly ILogger<ControllerHost> logger;
    private readonly LeaderElector? election;

    /// <summary>A host for all that is registered; nothing runs yet.</summary>
    /// <param name="informers">Run always.</param>
    /// <param name="controllers">Run while leading.</param>
    /// <param name="logger">What ended by itself at Critical.</param>
    /// <param name="election">Null: this process always leads.</param>
    /// <param name="metrics">Reads informers and queues; null: nobody does.</param>
    public ControllerHost(
        IEnumerable<IInformer> informers,
        IEnumerable<Controller> controllers,
        ILogger<ControllerHost> logger,
        LeaderElector? election = null,
        RuntimeMetrics? metrics = null)
    {
        this.informers = [.. informers];
        this.controllers = [.. controllers];
        this.logger = logger;
        this.election = election;
        metrics?.Observe(
            () => this.controllers.Select(static one => one.Read()), () => this.informers.Select(static one => one.Read()));
    }

    /// <summary>All informers have synced: what a readiness probe asks. One that stands by is ready, too.</summary>
    public bool IsReady => informers.All(static informer => informer.HasSynced);

    /// <summary>Why it is not ready; empty when it is.</summary>
    public IReadOnlyList<string> NotReady() => [.. HealthRules.NotReady(informers.Select(static one => one.Read()))];

    /// <summary>Why it should be restarted; empty when it need not: what a liveness probe asks.</summary>
    public IReadOnlyList<string> NotLive(HealthLimits limits) => [.. HealthRules.NotLive(
        informers.Select(static one => one.Read()), [.. controllers.Select(static one => one.Read())], limits)];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var feeding = new CancellationTokenSource();
        var feeds = informers.Select(informer => RunAsync($"informer {informer.Name}", informer.RunAsync, feeding.Token)).ToList();
        var work = RunAsync("work of the controllers", LeadAsync, stop.Token);
        await Task.WhenAny([work, .. feeds]);
        await stop.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await feeding.CancelAsync();
        await Task.WhenAll([.. feeds, work]); // throws what made one of them end
    }

    private Task LeadAsync(CancellationToken stop) => election is null
        ? WorkAsync(stop, CancellationToken.None)
        : election.RunAsync(term => WorkAsync(term.Stopping, term.Lost), stop);

    private async Task WorkAsync(CancellationToken stop, CancellationToken abort)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var work = controllers
            .Select(one => RunAsync($"controller {one.Name}", token => one.RunAsync(token, abort), all.Token))
            .ToList();
        await Task.WhenAny([Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop), .. work]);
        await all.CancelAsync(); // one that ended takes the others with it
        await Task.WhenAll(work);
    }

    private async Task RunAsync(string what, Func<CancellationToken, Task> run, CancellationToken stop)
    {
        try
        {
            await run(stop);
            if (!stop.IsCancellationRequested)
                throw new InvalidOperationException($"The {what} ended by itself.");
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            Log.Ended(logger, what, error);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "The {What} has ended; all is stopped.")]
        public static partial void Ended(ILogger logger, string what, Exception error);
    }
}
