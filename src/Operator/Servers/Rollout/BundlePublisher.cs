using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Children;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;

namespace Operator.Servers.Rollout;

/// <summary>Reads and writes the Secret that carries a server's bundles.</summary>
internal sealed class BundlePublisher(IKubernetesClient client, ObjectReader<V1Secret> secrets, ReportKeys keys)
{
    /// <summary>What is published now.</summary>
    public async Task<Published> ReadAsync(CyrusServer server, CancellationToken cancellationToken)
    {
        var secret = await secrets.ReadAsync(KeyOf(server), cancellationToken);
        var data = secret?.Data ?? new Dictionary<string, byte[]>();
        var published = new Published(
            Bundle.From(data, BundleFiles.CurrentPrefix),
            Bundle.From(data, BundleFiles.LastGoodPrefix),
            data.TryGetValue(BundleFiles.Settings, out var settings) ? ReloadSettings.FromJson(settings) : null,
            data.TryGetValue(BundleFiles.ReportKey, out var key) ? ReportKey.Parse(key) : null);
        keys.Note(ObjectKey.Of(server), published.ReportKey);
        return published;
    }

    /// <summary>
    /// Publishes the target and the settings, unless they are what is published; what was proved healthy last is kept beside it, and the report key.
    /// Where there is no key, one is made: who deletes it, or the Secret, so gets another.
    /// </summary>
    public async Task PublishAsync(CyrusServer server, Bundle target, Published published, CancellationToken cancellationToken)
    {
        var isCurrent = published.Current?.Digest == target.Digest;
        if (isCurrent && published.Settings == BundleSecretBuilder.SettingsOf(server) && published.ReportKey is not null)
            return;
        var lastGood = isCurrent ? published.LastGood : published.Find(server.Status?.HealthyDigest);
        var key = published.ReportKey ?? ReportKey.Create();
        var secret = BundleSecretBuilder.Build(server, target, lastGood?.Digest == target.Digest ? null : lastGood, key);
        // Until the watch has shown this write, the next turn must not read what was before it, and make a second key.
        secrets.Note(await client.ApplyAsync(Resources.Secrets, secret, Names.FieldManager, cancellationToken));
        keys.Note(ObjectKey.Of(server), key);
    }

    /// <summary>Lets go of what is cached for a server that is gone.</summary>
    public void Forget(ObjectKey server)
    {
        secrets.Forget(server with { Name = server.Name + "-bundle" });
        keys.Forget(server);
    }

    private static ObjectKey KeyOf(CyrusServer server) => new(server.Metadata.Namespace, Names.BundleSecret(server));
}
