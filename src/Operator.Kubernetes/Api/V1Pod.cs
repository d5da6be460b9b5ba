using System.Text.Json;

namespace Operator.Kubernetes.Api;

/// <summary>core/v1 Pod.</summary>
public sealed record V1Pod : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "v1"; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Pod"; } = "Pod";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What shall run.</summary>
    public V1PodSpec? Spec { get; init; }

    /// <summary>What runs.</summary>
    public V1PodStatus? Status { get; init; }
}

/// <summary>core/v1 PodTemplateSpec: what a workload makes its pods from.</summary>
public sealed record V1PodTemplateSpec
{
    /// <summary>Labels and annotations of the pods.</summary>
    public V1ObjectMeta? Metadata { get; init; }

    /// <summary>The pods.</summary>
    public V1PodSpec? Spec { get; init; }
}

/// <summary>core/v1 PodSpec: what an operator sets. Scheduling that is only passed through stays JSON.</summary>
public sealed record V1PodSpec
{
    /// <summary>Run one after the other before <see cref="Containers"/>; those that restart always are native sidecars.</summary>
    public IReadOnlyList<V1Container>? InitContainers { get; init; }

    /// <summary>Run together.</summary>
    public IReadOnlyList<V1Container>? Containers { get; init; }

    /// <summary>What containers may mount.</summary>
    public IReadOnlyList<V1Volume>? Volumes { get; init; }

    /// <summary><c>Always</c>, <c>OnFailure</c> or <c>Never</c>.</summary>
    public string? RestartPolicy { get; init; }

    /// <summary>Seconds between SIGTERM and SIGKILL.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>Containers see each other's processes, and PID 1 is the pause container.</summary>
    public bool? ShareProcessNamespace { get; init; }

    /// <summary>Who the pod is to the API server.</summary>
    public string? ServiceAccountName { get; init; }

    /// <summary>False: no API credentials in the pod.</summary>
    public bool? AutomountServiceAccountToken { get; init; }

    /// <summary>False: no environment variables for the namespace's services.</summary>
    public bool? EnableServiceLinks { get; init; }

    /// <summary>Host name; the pod's own name by default.</summary>
    public string? Hostname { get; init; }

    /// <summary>The headless service under which the host name resolves.</summary>
    public string? Subdomain { get; init; }

    /// <summary>Where it runs; set by the scheduler.</summary>
    public string? NodeName { get; init; }

    /// <summary>Labels that the node must have.</summary>
    public IDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Which pods give way to which.</summary>
    public string? PriorityClassName { get; init; }

    /// <summary>Who schedules it.</summary>
    public string? SchedulerName { get; init; }

    /// <summary>Which runtime it needs.</summary>
    public string? RuntimeClassName { get; init; }

    /// <summary><c>ClusterFirst</c>, <c>Default</c>, <c>None</c> ...</summary>
    public string? DnsPolicy { get; init; }

    /// <summary>Passed through.</summary>
    public JsonElement? DnsConfig { get; init; }

    /// <summary>Credentials for the registry.</summary>
    public IReadOnlyList<V1LocalObjectReference>? ImagePullSecrets { get; init; }

    /// <summary>Defaults for all containers.</summary>
    public V1PodSecurityContext? SecurityContext { get; init; }

    /// <summary>Passed through.</summary>
    public JsonElement? Affinity { get; init; }

    /// <summary>Passed through.</summary>
    public IReadOnlyList<JsonElement>? Tolerations { get; init; }

    /// <summary>Passed through.</summary>
    public IReadOnlyList<JsonElement>? TopologySpreadConstraints { get; init; }
}
