using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;

namespace RuntimeBench;

/// <summary>An operator that follows the metadata of Secrets and nothing else.</summary>
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
        var options = new InformerOptions
        {
            LabelSelector = which == "label" ? Population.Label : null,
            Keep = which == "keep" ? static secret => secret.Metadata.Name == Population.Ours : null,
        };
        var informer = new Informer<PartialObjectMetadata>(
            client, Resources.Secrets.MetadataOnly(), options, TimeProvider.System, NullLogger<Informer<PartialObjectMetadata>>.Instance);
        var startedAt = TimeProvider.System.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync(cancellationToken);
        Measured.Report("seconds", TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds);
        await Task.Delay(s_settling, TimeProvider.System, cancellationToken);
        Measured.Report("objects", informer.List().Count);
        Measured.Report("rss", Measured.Rss());
        Measured.Report("heap", Measured.Heap());
        await stop.CancelAsync();
        await run;
        return 0;
    }
}
