using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Inputs;

/// <summary>Reads what a server refers to.</summary>
internal sealed class InputCollector(SecretReader secrets)
{
    /// <summary>The Secret that a server names for TLS, if it names one.</summary>
    public static ObjectKey? TlsSecretOf(CyrusServer server) =>
        server.Spec.Tls is { } tls ? new ObjectKey(server.Metadata.Namespace, tls.SecretName) : null;

    /// <summary>Reads all inputs.</summary>
    public async Task<ServerInputs> CollectAsync(CyrusServer server, CancellationToken cancellationToken) =>
        TlsSecretOf(server) is { } key
            ? ServerInputs.FromSecret(key, await secrets.ReadAsync(key, cancellationToken))
            : new ServerInputs(null, null);
}
