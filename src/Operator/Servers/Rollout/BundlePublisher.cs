using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Children;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;

namespace Operator.Servers.Rollout;

/// <summary>Reads and writes the Secret that carries a server's bundles.</summary>
internal sealed class BundlePublisher(IKubernetesClient client, ObjectReader<V1Secret> secrets)
{
    /// <summary>What is published now.</summary>
    public async Task<Published> ReadAsync(CyrusServer server, CancellationToken cancellationToken)
    {
        var secret = await secrets.ReadAsync(KeyOf(server), cancellationToken);
        var data = secret?.Data ?? new Dictionary<string, byte[]>();
        return new(
            Bundle.From(data, BundleFiles.CurrentPrefix),
            Bundle.From(data, BundleFiles.LastGoodPrefix),
            data.TryGetValue(BundleFiles.Settings, out var settings) ? ReloadSettings.FromJson(settings) : null);
    }

    /// <summary>Publishes the target and the settings, unless they are what is published; what was proved healthy last is kept beside it.</summary>
    public async Task PublishAsync(CyrusServer server, Bundle target, Published published, CancellationToken cancellationToken)
    {
        var isCurrent = published.Current?.Digest == target.Digest;
        if (isCurrent && published.Settings == BundleSecretBuilder.SettingsOf(server))
            return;
        var lastGood = isCurrent ? published.LastGood : published.Find(server.Status?.HealthyDigest);
        var secret = BundleSecretBuilder.Build(server, target, lastGood?.Digest == target.Digest ? null : lastGood);
        await client.ApplyAsync(Resources.Secrets, secret, Names.FieldManager, cancellationToken);
    }

    /// <summary>Lets go of what is cached for a server that is gone.</summary>
    public void Forget(ObjectKey server) => secrets.Forget(server with { Name = server.Name + "-bundle" });

    private static ObjectKey KeyOf(CyrusServer server) => new(server.Metadata.Namespace, Names.BundleSecret(server));
}
