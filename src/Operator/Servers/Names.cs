using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers;

/// <summary>Names, labels and ownership of the objects that belong to one server.</summary>
internal static class Names
{
    /// <summary>Field manager of every write of ours.</summary>
    public const string FieldManager = "cyrus-operator";

    /// <summary>Value of <c>app.kubernetes.io/managed-by</c>.</summary>
    public const string ManagedBy = "cyrus-operator";

    /// <summary>Selects everything that belongs to any server.</summary>
    public const string Selector = "app.kubernetes.io/managed-by=" + ManagedBy;

    public static string StatefulSet(CyrusServer server) => server.Metadata.Name!;

    public static string Service(CyrusServer server) => server.Metadata.Name!;

    public static string HeadlessService(CyrusServer server) => server.Metadata.Name + "-pods";

    public static string BundleSecret(CyrusServer server) => server.Metadata.Name + "-bundle";

    public static string ServiceAccount(CyrusServer server) => server.Metadata.Name!;

    public static string PodDisruptionBudget(CyrusServer server) => server.Metadata.Name!;

    public static string NetworkPolicy(CyrusServer server) => server.Metadata.Name!;

    public static string ServiceMonitor(CyrusServer server) => server.Metadata.Name!;

    public static string Certificate(CyrusServer server) => server.Metadata.Name!;

    /// <summary>The Secret of the certificate that all services have, unless they have one of their own; null without TLS.</summary>
    public static string? TlsSecret(CyrusServer server) =>
        server.Spec.Tls is { } tls ? tls.SecretName ?? (tls.IssuerRef is null ? null : server.Metadata.Name + "-tls") : null;

    public static Dictionary<string, string> Labels(CyrusServer server) => new(StringComparer.Ordinal)
    {
        ["app.kubernetes.io/name"] = "cyrus-imapd",
        ["app.kubernetes.io/instance"] = server.Metadata.Name!,
        ["app.kubernetes.io/managed-by"] = ManagedBy,
        [AnnotationKeys.ServerLabel] = server.Metadata.Name!,
    };

    /// <summary>Labels or annotations that the user gives, and ours, which win.</summary>
    public static IDictionary<string, string>? Merge(IReadOnlyDictionary<string, string>? given, IDictionary<string, string>? ours)
    {
        if (given is null)
            return ours;
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in given.Concat(ours ?? new Dictionary<string, string>()))
            all[name] = value;
        return all;
    }

    /// <summary>What a StatefulSet or Service selects pods by; immutable in a StatefulSet, so never more than this.</summary>
    public static Dictionary<string, string> PodSelector(CyrusServer server) =>
        new(StringComparer.Ordinal) { [AnnotationKeys.ServerLabel] = server.Metadata.Name! };

    /// <summary>Metadata of a child object, owned by the server.</summary>
    public static V1ObjectMeta Child(CyrusServer server, string name) => new()
    {
        Name = name,
        Namespace = server.Metadata.Namespace,
        Labels = Labels(server),
        OwnerReferences =
        [
            new V1OwnerReference
            {
                ApiVersion = CyrusResources.Servers.ApiVersion,
                Kind = CyrusResources.Servers.Kind,
                Name = server.Metadata.Name!,
                Uid = server.Metadata.Uid!,
                Controller = true,
                BlockOwnerDeletion = true,
            },
        ],
    };
}
