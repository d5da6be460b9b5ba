using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Inputs;

/// <summary>The objects that a server names. Pure.</summary>
internal static class References
{
    /// <summary>The Secrets that it names: certificates and texts.</summary>
    public static IEnumerable<ObjectKey> SecretsOf(CyrusServer server)
    {
        var tls = server.Spec.Tls;
        string?[] certificates = [Names.TlsSecret(server), tls?.AlternateSecretName, .. tls?.ServiceCertificates?.Select(static one => one.SecretName) ?? []];
        return Keys(server, certificates.Concat(SourcesOf(server).Select(static source => source.SecretKeyRef?.Name)));
    }

    /// <summary>The ConfigMaps that it names.</summary>
    public static IEnumerable<ObjectKey> ConfigMapsOf(CyrusServer server) =>
        Keys(server, SourcesOf(server).Select(static source => source.ConfigMapKeyRef?.Name));

    private static IReadOnlyList<ImapdConfSource> SourcesOf(CyrusServer server) => server.Spec.ImapdConfFrom ?? [];

    private static IEnumerable<ObjectKey> Keys(CyrusServer server, IEnumerable<string?> names) =>
        names.OfType<string>().Distinct(StringComparer.Ordinal).Select(name => new ObjectKey(server.Metadata.Namespace, name));
}
