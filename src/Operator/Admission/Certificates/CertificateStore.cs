using System.Text;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers;

namespace Operator.Admission.Certificates;

/// <summary>
/// Reads and writes the Secret of the certificates and the <c>caBundle</c> of the webhook's configuration. Of several replicas that write at once, one
/// does.
/// </summary>
internal sealed class CertificateStore(IKubernetesClient client, AdmissionOptions options, string space)
{
    private readonly ObjectKey secretKey = new(space, options.Secret);
    private readonly ObjectKey configurationKey = new(null, options.Configuration);

    /// <summary>The Secret, or null when there is none.</summary>
    public Task<V1Secret?> ReadAsync(CancellationToken cancellationToken) => client.GetAsync(Resources.Secrets, secretKey, cancellationToken);

    /// <summary>Writes the certificates, unless anybody has written since <paramref name="read"/> was read.</summary>
    /// <returns>False when another was faster: then what it wrote counts.</returns>
    public async Task<bool> TryWriteAsync(V1Secret? read, KeptCertificates certificates, CancellationToken cancellationToken)
    {
        try
        {
            if (read is null)
                await client.CreateAsync(Resources.Secrets, NewSecret(certificates), Names.FieldManager, cancellationToken);
            else
                await client.MergePatchAsync(Resources.Secrets, secretKey, Patch(read, certificates), Names.FieldManager, cancellationToken);
            return true;
        }
        catch (ApiException error) when (error.IsAlreadyExists || error.IsConflict)
        {
            return false;
        }
    }

    /// <summary>Makes the API server trust these authorities; writes only what differs.</summary>
    /// <returns>False when there is no such configuration, so that nobody asks the webhook.</returns>
    public async Task<bool> TrustAsync(string authorities, CancellationToken cancellationToken)
    {
        var read = await client.GetAsync(Resources.ValidatingWebhookConfigurations, configurationKey, cancellationToken);
        if (read is null)
            return false;
        if (WithBundle(read, Encoding.ASCII.GetBytes(authorities)) is { } change)
            await client.ApplyAsync(Resources.ValidatingWebhookConfigurations, change, Names.FieldManager, cancellationToken);
        return true;
    }

    /// <summary>
    /// What has to be applied, of each webhook the name and the bundle alone, so that all else stays whoever's it is; null when nothing differs.
    /// </summary>
    internal static V1ValidatingWebhookConfiguration? WithBundle(V1ValidatingWebhookConfiguration read, byte[] bundle)
    {
        var webhooks = read.Webhooks ?? [];
        if (webhooks.All(webhook => bundle.AsSpan().SequenceEqual(webhook.ClientConfig?.CaBundle)))
            return null;
        return new V1ValidatingWebhookConfiguration
        {
            Metadata = new V1ObjectMeta { Name = read.Metadata.Name },
            Webhooks = [.. webhooks.Select(webhook => new V1ValidatingWebhook
            {
                Name = webhook.Name,
                ClientConfig = new V1WebhookClientConfig { CaBundle = bundle },
            })],
        };
    }

    private V1Secret NewSecret(KeptCertificates certificates) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Namespace = secretKey.Namespace,
            Name = secretKey.Name,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app.kubernetes.io/name"] = Names.ManagedBy },
        },
        Type = V1Secret.TlsType,
        Data = certificates.ToData(),
    };

    private static JsonObject Patch(V1Secret read, KeptCertificates certificates)
    {
        var data = new JsonObject();
        foreach (var (key, value) in certificates.ToData())
            data[key] = Convert.ToBase64String(value);
        return new JsonObject
        {
            // The server refuses the patch when the Secret has changed since.
            ["metadata"] = new JsonObject { ["resourceVersion"] = read.Metadata.ResourceVersion },
            ["data"] = data,
        };
    }
}
