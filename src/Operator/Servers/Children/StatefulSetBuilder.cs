using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Children;

/// <summary>The StatefulSet of a server.</summary>
internal static class StatefulSetBuilder
{
    /// <summary>Volume claim of Cyrus' configdirectory.</summary>
    public const string ConfigurationClaim = "configuration";

    /// <summary>Volume claim of the mail.</summary>
    public const string SpoolClaim = "spool";

    /// <summary>
    /// Builds the StatefulSet. Nothing that a reload can apply is in it, so that no change of configuration or certificate can
    /// ever restart a pod.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="options">The default images.</param>
    /// <param name="restartDigest">Digest of all that only a restart can change.</param>
    /// <param name="live">The StatefulSet as it is. Its claim templates are immutable, so they stay as they are; what has grown since is done claim by claim.</param>
    public static V1StatefulSet Build(CyrusServer server, ServerOptions options, string restartDigest, V1StatefulSet? live) => new()
    {
        Metadata = Names.Child(server, Names.StatefulSet(server)),
        Spec = new V1StatefulSetSpec
        {
            Replicas = server.Spec.Replicas,
            ServiceName = Names.HeadlessService(server),
            PodManagementPolicy = "Parallel",
            // The operator restarts pods itself: in the order of a rollout, when every other serves, and only when the spec asks for it.
            UpdateStrategy = new V1StatefulSetUpdateStrategy { Type = "OnDelete" },
            Selector = new V1LabelSelector { MatchLabels = Names.PodSelector(server) },
            Template = PodBuilder.Build(server, options, restartDigest),
            VolumeClaimTemplates = live?.Spec?.VolumeClaimTemplates ??
            [
                Claim(ConfigurationClaim, server.Spec.Storage.Configuration),
                Claim(SpoolClaim, server.Spec.Storage.Spool),
            ],
        },
    };

    private static V1PersistentVolumeClaim Claim(string name, VolumeSpec volume) => new()
    {
        ApiVersion = "v1",
        Kind = "PersistentVolumeClaim",
        Metadata = new V1ObjectMeta { Name = name },
        Spec = new V1PersistentVolumeClaimSpec
        {
            AccessModes = ["ReadWriteOnce"],
            StorageClassName = volume.StorageClassName,
            Resources = new V1ResourceRequirements
            {
                Requests = new Dictionary<string, string>(StringComparer.Ordinal) { ["storage"] = volume.Size },
            },
        },
    };
}
