using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Rendering;

namespace Operator.Servers.Inputs;

/// <summary>Reads what a server refers to.</summary>
internal sealed class InputCollector(ObjectReader<V1Secret> secrets, ObjectReader<V1ConfigMap> configMaps)
{
    /// <summary>The field that names the certificate's Secret, for messages.</summary>
    public const string SecretField = "spec.tls.secretName";

    /// <summary>The field that has it made, for messages.</summary>
    public const string IssuerField = "spec.tls.issuerRef";

    private const string AlternateField = "spec.tls.alternateSecretName";

    /// <summary>Reads all inputs.</summary>
    public async Task<ServerInputs> CollectAsync(CyrusServer server, CancellationToken cancellationToken)
    {
        var inputs = await CollectTlsAsync(server, cancellationToken);
        for (var index = 0; index < server.Spec.ImapdConfFrom?.Count; index++)
            inputs = inputs.With(await CollectTextAsync(server, server.Spec.ImapdConfFrom[index], $"spec.imapdConfFrom[{index}]", cancellationToken));
        return inputs;
    }

    private async Task<ServerInputs> CollectTlsAsync(CyrusServer server, CancellationToken cancellationToken)
    {
        if (server.Spec.Tls is not { } tls || Names.TlsSecret(server) is not { } first)
            return new ServerInputs(null, null);
        var inputs = await ReadTlsAsync(first, tls.IssuerRef is null ? SecretField : IssuerField);
        if (tls.AlternateSecretName is { } alternate)
            inputs = inputs.WithAlternate(await ReadTlsAsync(alternate, AlternateField));
        for (var index = 0; index < tls.ServiceCertificates?.Count; index++)
        {
            var one = tls.ServiceCertificates[index];
            inputs = inputs.WithService(one.Service, await ReadTlsAsync(one.SecretName, $"spec.tls.serviceCertificates[{index}]"));
        }
        return inputs;

        async Task<ServerInputs> ReadTlsAsync(string name, string field)
        {
            var key = KeyOf(server, name);
            return ServerInputs.FromSecret(key, await ReadAsync(secrets, key, cancellationToken), field);
        }
    }

    private async Task<(ConfText? Text, InputProblem? Problem)> CollectTextAsync(
        CyrusServer server, ImapdConfSource source, string field, CancellationToken cancellationToken)
    {
        if (source.SecretKeyRef is { } secret)
        {
            var key = KeyOf(server, secret.Name);
            return ConfText.From(field, key, secret, await ReadAsync(secrets, key, cancellationToken));
        }
        if (source.ConfigMapKeyRef is { } map)
        {
            var key = KeyOf(server, map.Name);
            return ConfText.From(field, key, map, await ReadAsync(configMaps, key, cancellationToken));
        }
        return default;
    }

    // What can be no name would only make the API server refuse the request; SpecRules tells it.
    private static async Task<T?> ReadAsync<T>(ObjectReader<T> reader, ObjectKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesObject =>
        ObjectNames.IsName(key.Name) ? await reader.ReadAsync(key, cancellationToken) : null;

    private static ObjectKey KeyOf(CyrusServer server, string name) => new(server.Metadata.Namespace, name);
}
