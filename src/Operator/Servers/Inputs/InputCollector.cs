using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Inputs;

/// <summary>Reads what a server refers to.</summary>
internal sealed class InputCollector(SecretReader secrets)
{
    /// <summary>The field that names the certificate's Secret, for messages.</summary>
    public const string SecretField = "spec.tls.secretName";

    private const string AlternateField = "spec.tls.alternateSecretName";

    /// <summary>The Secrets that a server names for TLS.</summary>
    public static IEnumerable<ObjectKey> TlsSecretsOf(CyrusServer server)
    {
        if (server.Spec.Tls is not { } tls || Names.TlsSecret(server) is not { } first)
            yield break;
        yield return new ObjectKey(server.Metadata.Namespace, first);
        if (tls.AlternateSecretName is { } alternate)
            yield return new ObjectKey(server.Metadata.Namespace, alternate);
    }

    /// <summary>Reads all inputs.</summary>
    public async Task<ServerInputs> CollectAsync(CyrusServer server, CancellationToken cancellationToken)
    {
        if (TlsSecretsOf(server).ToList() is not [var first, .. var others])
            return new ServerInputs(null, null);
        var inputs = await ReadAsync(first, SecretField, cancellationToken);
        return others is [var alternate] ? inputs.WithAlternate(await ReadAsync(alternate, AlternateField, cancellationToken)) : inputs;
    }

    private async Task<ServerInputs> ReadAsync(ObjectKey key, string field, CancellationToken cancellationToken) =>
        ServerInputs.FromSecret(key, await secrets.ReadAsync(key, cancellationToken), field);
}
