using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;

namespace RuntimeBench;

/// <summary>An operator that follows widgets, and the metadata of Secrets because widgets may use some.</summary>
internal static class SecretRole
{
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(5);

    /// <summary>Follows.</summary>
    /// <param name="kubeconfig">Where.</param>
    /// <param name="which"><c>all</c> Secrets, those with our <c>label</c>, or those that we <c>keep</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<int> RunAsync(string kubeconfig, string which, CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(KubernetesClientConfig.FromKubeconfig(kubeconfig), TimeProvider.System);
        var widgets = Create(client, Widget.Resource, new InformerOptions());
        var secrets = Create(client, Resources.Secrets.MetadataOnly(), new InformerOptions
        {
            LabelSelector = which == "label" ? Population.Label : null,
            Keep = which == "keep" ? static secret => secret.Metadata.Name == Population.Ours : null,
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = widgets.RunAsync(stop.Token);
        await widgets.WaitForSyncAsync(cancellationToken);
        var startedAt = TimeProvider.System.GetTimestamp();
        var run = secrets.RunAsync(stop.Token);
        await secrets.WaitForSyncAsync(cancellationToken);
        Measured.Report("seconds", TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds);
        await Task.Delay(s_settling, TimeProvider.System, cancellationToken);
        Measured.Report("rss", Measured.Rss());
        Measured.Report("heap", Measured.Heap());
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true); // gives memory back to the system
        Measured.Report("rss.collected", Measured.Rss());
        await stop.CancelAsync();
        await Task.WhenAll(run, following);
        return 0;
    }

    private static Informer<T> Create<T>(KubernetesClient client, Resource<T> resource, InformerOptions options)
        where T : class, IKubernetesObject =>
        new(client, resource, options, TimeProvider.System, NullLogger<Informer<T>>.Instance);
}
