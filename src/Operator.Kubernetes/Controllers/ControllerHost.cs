using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Controllers;

/// <summary>
/// Runs all informers and controllers. At a stop the controllers drain first, while the informers still follow. None of them ends
/// silently: when one does before the stop, all stop, and the error ends the host (BackgroundServiceExceptionBehavior.StopHost).
/// </summary>
public sealed partial class ControllerHost : BackgroundService
{
    private readonly IReadOnlyList<IInformer> informers;
    private readonly IReadOnlyList<Controller> controllers;
    private readonly ILogger<ControllerHost> logger;

    /// <summary>A host for all that is registered; nothing runs yet.</summary>
    public ControllerHost(IEnumerable<IInformer> informers, IEnumerable<Controller> controllers, ILogger<ControllerHost> logger)
    {
        this.informers = [.. informers];
        this.controllers = [.. controllers];
        this.logger = logger;
    }

    /// <summary>All informers have synced: what a readiness probe asks.</summary>
    public bool IsReady => informers.All(informer => informer.HasSynced);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var feeding = new CancellationTokenSource();
        var feeds = informers.Select(informer => RunAsync($"informer {informer.Name}", informer.RunAsync, feeding.Token)).ToList();
        var work = controllers.Select(controller => RunAsync($"controller {controller.Name}", controller.RunAsync, stop.Token)).ToList();
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken);
        await Task.WhenAny([stopped, .. feeds, .. work]);
        await stop.CancelAsync();
        await Task.WhenAll(work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await feeding.CancelAsync();
        await Task.WhenAll([.. feeds, .. work]); // throws what made one of them end
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
