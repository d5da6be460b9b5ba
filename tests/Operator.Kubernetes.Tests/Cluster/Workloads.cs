using System.Text.Json;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Tests.Cluster;

/// <summary>Objects that use every part of the API types that an operator builds.</summary>
internal static class Workloads
{
    private static readonly Dictionary<string, string> s_labels = new() { ["app"] = "types" };

    public static V1StatefulSet StatefulSet(string space) => new()
    {
        Metadata = new V1ObjectMeta { Namespace = space, Name = "types", Labels = s_labels },
        Spec = new V1StatefulSetSpec
        {
            Replicas = 0,
            ServiceName = "types",
            Selector = new V1LabelSelector { MatchLabels = s_labels },
            PodManagementPolicy = "Parallel",
            RevisionHistoryLimit = 3,
            UpdateStrategy = new V1StatefulSetUpdateStrategy
            {
                Type = "RollingUpdate",
                RollingUpdate = new V1RollingUpdateStatefulSetStrategy { Partition = 0 },
            },
            Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = s_labels }, Spec = PodSpec() },
            VolumeClaimTemplates =
            [
                JsonElement.Parse("""
                    {"metadata":{"name":"spool"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
                    """),
            ],
        },
    };

    public static V1Pod Pod(string space) => new()
    {
        Metadata = new V1ObjectMeta { Namespace = space, Name = "types", Labels = s_labels },
        Spec = PodSpec() with { NodeSelector = new Dictionary<string, string> { ["no-such"] = "node" } },
    };

    private static V1PodSpec PodSpec() => new()
    {
        ShareProcessNamespace = true,
        AutomountServiceAccountToken = false,
        EnableServiceLinks = false,
        TerminationGracePeriodSeconds = 30,
        SecurityContext = new V1PodSecurityContext
        {
            RunAsUser = 1000,
            RunAsGroup = 1000,
            FsGroup = 1000,
            FsGroupChangePolicy = "OnRootMismatch",
            RunAsNonRoot = true,
            SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
        },
        Affinity = Json("""{"podAntiAffinity":{}}"""),
        Tolerations = [Json("""{"key":"a","operator":"Exists"}""")],
        Volumes = [Memory(), Projected(), Secret()],
        Containers = [Container()],
    };

    private static V1Container Container() => new()
    {
        Name = "main",
        Image = "example.com/none:1",
        Command = ["/bin/true"],
        Ports = [new V1ContainerPort { Name = "imap", ContainerPort = 1143, Protocol = "TCP" }],
        Env =
        [
            new V1EnvVar { Name = "PLAIN", Value = "1" },
            new V1EnvVar { Name = "POD", ValueFrom = new V1EnvVarSource { FieldRef = Field("metadata.name") } },
        ],
        Resources = new V1ResourceRequirements
        {
            Requests = new Dictionary<string, string> { ["cpu"] = "10m", ["memory"] = "16Mi" },
            Limits = new Dictionary<string, string> { ["memory"] = "32Mi" },
        },
        VolumeMounts =
        [
            new V1VolumeMount { Name = "run", MountPath = "/run/x" },
            new V1VolumeMount { Name = "bundle", MountPath = "/etc/x", ReadOnly = true },
            new V1VolumeMount { Name = "secret", MountPath = "/etc/s", ReadOnly = true },
        ],
        ReadinessProbe = new V1Probe { TcpSocket = new V1TcpSocketAction { Port = 1143 }, PeriodSeconds = 5 },
        LivenessProbe = new V1Probe { HttpGet = new V1HttpGetAction { Path = "/healthz", Port = "imap" }, FailureThreshold = 5 },
        StartupProbe = new V1Probe { Exec = new V1ExecAction { Command = ["/bin/true"] } },
        SecurityContext = new V1SecurityContext
        {
            AllowPrivilegeEscalation = false,
            ReadOnlyRootFilesystem = true,
            Capabilities = new V1Capabilities { Drop = ["ALL"] },
        },
    };

    private static V1ObjectFieldSelector Field(string path) => new() { FieldPath = path };

    private static V1Volume Memory() => new()
    {
        Name = "run",
        EmptyDir = new V1EmptyDirVolumeSource { Medium = "Memory", SizeLimit = "16Mi" },
    };

    private static V1Volume Secret() => new()
    {
        Name = "secret",
        Secret = new V1SecretVolumeSource { SecretName = "s", Optional = true },
    };

    private static V1Volume Projected() => new()
    {
        Name = "bundle",
        Projected = new V1ProjectedVolumeSource
        {
            DefaultMode = 288,
            Sources =
            [
                new V1VolumeProjection
                {
                    Secret = new V1ObjectProjection { Name = "s", Optional = true, Items = [new V1KeyToPath { Key = "k", Path = "p" }] },
                },
                new V1VolumeProjection { ConfigMap = new V1ObjectProjection { Name = "c", Optional = true } },
                new V1VolumeProjection
                {
                    DownwardAPI = new V1DownwardApiProjection
                    {
                        Items = [new V1DownwardApiVolumeFile { Path = "d", FieldRef = Field("metadata.annotations['a/b']") }],
                    },
                },
            ],
        },
    };

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
