using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Children;

/// <summary>
/// The mail pod: Cyrus and the sidecar, as one unprivileged user, without credentials of Kubernetes. It passes the PodSecurity
/// level "restricted".
/// </summary>
internal static class PodBuilder
{
    /// <summary>Name of the container that Cyrus runs in.</summary>
    public const string CyrusContainer = "cyrus";

    /// <summary>Name of the sidecar's container.</summary>
    public const string ReloaderContainer = "reloader";

    // uid and gid of user cyrus in images/cyrus/Dockerfile.
    private const long CyrusId = 1143;
    private const string Reloader = PodPaths.Tools + "/cyrus-reloader";

    // Beside a Cyrus that asks for a processor, one that asks for nothing would wait for its turn in the middle of a reload.
    private static readonly V1ResourceRequirements SidecarResources = new()
    {
        Requests = new Dictionary<string, string>(StringComparer.Ordinal) { ["cpu"] = "50m", ["memory"] = "48Mi" },
    };

    /// <summary>Builds the template that pods are made from.</summary>
    /// <param name="server">The server.</param>
    /// <param name="options">Images of servers that name none.</param>
    /// <param name="restartDigest">Digest of all that only a restart can change.</param>
    public static V1PodTemplateSpec Build(CyrusServer server, ServerOptions options, string restartDigest) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Labels = Join(server.Spec.Pod.Labels, Names.Labels(server)),
            Annotations = Join(WithoutRequests(server.Spec.Pod.Annotations), new() { [AnnotationKeys.RestartDigest] = restartDigest }),
        },
        Spec = BuildSpec(server, options),
    };

    /// <summary>Seconds that a pod has from its deletion to its end: those in which sessions leave, and some for Cyrus itself.</summary>
    public static int GracePeriodOf(RestartSpec restart) => restart.AfterSeconds + restart.GraceSeconds + 30;

    private static V1PodSpec BuildSpec(CyrusServer server, ServerOptions options)
    {
        var cyrusImage = server.Spec.Image ?? options.ServerImage;
        var reloaderImage = server.Spec.Reloader.Image ?? options.ReloaderImage;
        var pod = server.Spec.Pod;
        return new V1PodSpec
        {
            ServiceAccountName = Names.ServiceAccount(server),
            // The sidecar signals workers and reads their /proc.
            ShareProcessNamespace = true,
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = GracePeriodOf(server.Spec.Rollout.Restart),
            NodeSelector = pod.NodeSelector?.ToDictionary(StringComparer.Ordinal),
            Affinity = pod.Affinity ?? ApartFromEachOther(server),
            Tolerations = pod.Tolerations,
            TopologySpreadConstraints = pod.TopologySpreadConstraints,
            PriorityClassName = pod.PriorityClassName,
            RuntimeClassName = pod.RuntimeClassName,
            ImagePullSecrets = pod.ImagePullSecrets,
            SecurityContext = new V1PodSecurityContext
            {
                RunAsUser = CyrusId,
                RunAsGroup = CyrusId,
                FsGroup = CyrusId,
                FsGroupChangePolicy = "OnRootMismatch",
                RunAsNonRoot = true,
                SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" },
            },
            InitContainers =
            [
                Container(server, "install", reloaderImage, ["/usr/local/bin/cyrus-reloader", "install"], [Tools()]),
                // The rest runs in Cyrus' own image: its cyr_info and workers are needed for the checks.
                Container(server, "stage", cyrusImage, [Reloader, "stage"], [Tools(readOnly: true), .. CyrusMounts(), BundleMount()]),
            ],
            Containers = [Cyrus(server, cyrusImage), Sidecar(server, cyrusImage)],
            Volumes = Volumes(server),
        };
    }

    private static V1Container Cyrus(CyrusServer server, string image) =>
        Container(
            server,
            CyrusContainer,
            image,
            [
                // Only the server's own lines go to stdout. What is run in the container by hand has its lines on stderr, beside its output.
                "/usr/bin/env", "CYRUS_SYSLOG_FD=1",
                "/usr/sbin/cyrmaster", "-D", "-C", PodPaths.ImapdConf, "-M", PodPaths.CyrusConf, "-p", PodPaths.MasterPidFile,
                // While idle workers are held for an instant, new connections wait here instead of being refused.
                "-l", "1024",
            ],
            // The copies of the service binaries that cyrus.conf names are on the same volume as the rest of /run/cyrus.
            [Tools(readOnly: true), .. CyrusMounts(), BundleMount()]) with
        {
            Env =
            [
                new V1EnvVar { Name = "LD_PRELOAD", Value = PodPaths.PreloadLibrary },
                new V1EnvVar { Name = "CYRUS_SYSLOG_SOCKET", Value = PodPaths.SyslogSocket },
                new V1EnvVar { Name = "CYRUS_KEEP_WAITING", Value = PodPaths.KeepWaiting },
            ],
            Resources = server.Spec.Pod.Resources,
            // No liveness probe: a server that is slow to answer must not have its sessions killed. The sidecar knows on which port the first service
            // listens now, and looks.
            ReadinessProbe = new V1Probe
            {
                HttpGet = new V1HttpGetAction { Path = PodPaths.ReadyPath, Port = PodPaths.ReportPort },
                // Seen soon when it serves, and not forgotten when the sidecar is away for half a minute.
                PeriodSeconds = 2,
                FailureThreshold = 15,
                TimeoutSeconds = 5,
            },
            // The pod has left the Service by then: its sessions are seen off before the master hears SIGTERM, which would cut them without a word.
            Lifecycle = new V1Lifecycle { PreStop = new V1LifecycleHandler { Exec = new V1ExecAction { Command = [Reloader, "drain"] } } },
        };

    private static V1Container Sidecar(CyrusServer server, string image) =>
        Container(
            server,
            ReloaderContainer,
            image,
            ["/bin/sh", PodPaths.Tools + "/guard.sh", Reloader, "run"],
            [Tools(readOnly: true), .. CyrusMounts(), BundleMount()]) with
        {
            Resources = server.Spec.Reloader.Resources ?? SidecarResources,
            Ports = [new V1ContainerPort { Name = "report", ContainerPort = PodPaths.ReportPort }],
        };

    private static V1Container Container(
        CyrusServer server, string name, string image, IReadOnlyList<string> command, IReadOnlyList<V1VolumeMount> mounts) => new()
        {
            Name = name,
            Image = image,
            ImagePullPolicy = server.Spec.ImagePullPolicy,
            Command = command,
            VolumeMounts = mounts,
            SecurityContext = new V1SecurityContext
            {
                AllowPrivilegeEscalation = false,
                ReadOnlyRootFilesystem = true,
                Capabilities = new V1Capabilities { Drop = ["ALL"] },
            },
        };

    /// <summary>Ours win: selectors and the sidecar rely on them.</summary>
    private static Dictionary<string, string> Join(IReadOnlyDictionary<string, string>? theirs, Dictionary<string, string> ours)
    {
        var all = new Dictionary<string, string>(theirs ?? ours, StringComparer.Ordinal);
        foreach (var (key, value) in ours)
            all[key] = value;
        return all;
    }

    /// <summary>What a pod is asked for goes on live pods only: in the template it would restart them all, and ask each new one for whatever is written there.</summary>
    private static Dictionary<string, string>? WithoutRequests(IReadOnlyDictionary<string, string>? theirs) =>
        theirs?.Where(static one => one.Key is not (AnnotationKeys.Digest or AnnotationKeys.Nudge)).ToDictionary(StringComparer.Ordinal);

    /// <summary>Preferred, not required: a cluster with one node shall do.</summary>
    private static JsonElement ApartFromEachOther(CyrusServer server)
    {
        var term = new JsonObject
        {
            ["labelSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { [AnnotationKeys.ServerLabel] = server.Metadata.Name } },
            ["topologyKey"] = "kubernetes.io/hostname",
        };
        var affinity = new JsonObject
        {
            ["podAntiAffinity"] = new JsonObject
            {
                ["preferredDuringSchedulingIgnoredDuringExecution"] =
                    new JsonArray(new JsonObject { ["weight"] = 100, ["podAffinityTerm"] = term }),
            },
        };
        using var document = JsonDocument.Parse(affinity.ToJsonString());
        return document.RootElement.Clone();
    }

    private static V1VolumeMount Tools(bool readOnly = false) => new() { Name = "tools", MountPath = PodPaths.Tools, ReadOnly = readOnly ? true : null };

    private static V1VolumeMount BundleMount() => new() { Name = "bundle", MountPath = PodPaths.Mount, ReadOnly = true };

    private static V1VolumeMount[] CyrusMounts() =>
    [
        new() { Name = "run", MountPath = PodPaths.Run },
        new() { Name = "tmp", MountPath = "/tmp" },
        new() { Name = StatefulSetBuilder.ConfigurationClaim, MountPath = PodPaths.ConfigDirectory },
        new() { Name = StatefulSetBuilder.SpoolClaim, MountPath = PodPaths.Spool },
    ];

    private static V1Volume[] Volumes(CyrusServer server) =>
    [
        new()
        {
            Name = "bundle",
            // One projected volume, so that files and target flip together.
            Projected = new V1ProjectedVolumeSource
            {
                // Readable by the group that fsGroup adds, and by nobody else.
                DefaultMode = 0b100_100_000,
                Sources =
                [
                    new V1VolumeProjection { Secret = new V1ObjectProjection { Name = Names.BundleSecret(server) } },
                    new V1VolumeProjection
                    {
                        DownwardAPI = new V1DownwardApiProjection
                        {
                            Items =
                            [
                                Annotation(PodPaths.DesiredFile, AnnotationKeys.Digest),
                                Annotation(PodPaths.NudgeFile, AnnotationKeys.Nudge),
                            ],
                        },
                    },
                ],
            },
        },
        new() { Name = "run", EmptyDir = new V1EmptyDirVolumeSource { Medium = "Memory", SizeLimit = "64Mi" } },
        new() { Name = "tools", EmptyDir = new V1EmptyDirVolumeSource() },
        new() { Name = "tmp", EmptyDir = new V1EmptyDirVolumeSource() },
    ];

    private static V1DownwardApiVolumeFile Annotation(string file, string key) =>
        new() { Path = file, FieldRef = new V1ObjectFieldSelector { ApiVersion = "v1", FieldPath = $"metadata.annotations['{key}']" } };
}
