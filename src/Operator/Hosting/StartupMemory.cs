using Operator.Kubernetes.Informers;

namespace Operator.Hosting;

/// <summary>
/// Gives back to the system what the first lists left behind: of tens of thousands of Secrets the metadata of a few are kept, and a process that then
/// rests collects nothing for hours (docs/controller-runtime.md has the figures).
/// </summary>
internal sealed class StartupMemory(IEnumerable<IInformer> informers) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(informers.Select(informer => informer.WaitForSyncAsync(stoppingToken)));
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
