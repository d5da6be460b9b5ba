using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Operator.Kubernetes.Api;

namespace Operator.Entities.Servers;

/// <summary>The pods that Cyrus runs in. Every change restarts them, one by one.</summary>
public sealed record MailPodSpec
{
    /// <summary>Resources of the Cyrus container.</summary>
    public V1ResourceRequirements? Resources { get; init; }

    /// <summary>Labels besides the operator's own.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations besides the operator's own.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Labels that a node must have.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>As in a pod (core/v1 Affinity). When left out, the pods of a server avoid each other's nodes where they can.</summary>
    public JsonElement? Affinity { get; init; }

    /// <summary>As in a pod (core/v1 Toleration).</summary>
    public IReadOnlyList<JsonElement>? Tolerations { get; init; }

    /// <summary>As in a pod (core/v1 TopologySpreadConstraint).</summary>
    public IReadOnlyList<JsonElement>? TopologySpreadConstraints { get; init; }

    /// <summary>Which pods give way to which.</summary>
    public string? PriorityClassName { get; init; }

    /// <summary>The container runtime that they need.</summary>
    public string? RuntimeClassName { get; init; }

    /// <summary>Credentials for the images' registry.</summary>
    public IReadOnlyList<V1LocalObjectReference>? ImagePullSecrets { get; init; }
}

/// <summary>How Prometheus finds the pods.</summary>
public sealed record MonitoringSpec
{
    /// <summary>Whether a ServiceMonitor is kept where monitoring.coreos.com is served.</summary>
    [DefaultValue(true)]
    public bool ServiceMonitor { get; init; } = true;

    /// <summary>Labels of the ServiceMonitor, by which a Prometheus selects it.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>How often it is scraped, as in <c>30s</c>; the Prometheus' own default when left out.</summary>
    [RegularExpression("^[0-9]+(ms|s|m|h)$")]
    public string? Interval { get; init; }
}

/// <summary>The sidecar.</summary>
public sealed record ReloaderSpec
{
    /// <summary>Sidecar image. The operator's own default when left out.</summary>
    public string? Image { get; init; }

    /// <summary>Resources of the sidecar container. When left out, it asks for 50m of a processor and 48Mi.</summary>
    public V1ResourceRequirements? Resources { get; init; }
}
