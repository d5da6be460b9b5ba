using Operator.Kubernetes.Api;

namespace Operator.Integrations;

/// <summary>monitoring.coreos.com/v1 ServiceMonitor: tells a Prometheus of the Prometheus operator what to scrape. Only what is asked for here.</summary>
internal sealed record V1ServiceMonitor : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "monitoring.coreos.com/v1"; } = "monitoring.coreos.com/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "ServiceMonitor"; } = "ServiceMonitor";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What is scraped.</summary>
    public V1ServiceMonitorSpec? Spec { get; init; }
}

/// <summary>monitoring.coreos.com/v1 ServiceMonitorSpec.</summary>
internal sealed record V1ServiceMonitorSpec
{
    /// <summary>Services of the same namespace, whose endpoints are scraped.</summary>
    public required V1LabelSelector Selector { get; init; }

    /// <summary>Which of their ports.</summary>
    public required IReadOnlyList<V1ServiceMonitorEndpoint> Endpoints { get; init; }
}

/// <summary>monitoring.coreos.com/v1 Endpoint.</summary>
internal sealed record V1ServiceMonitorEndpoint
{
    /// <summary>Name of the Service's port; a Service without it is passed over.</summary>
    public string? Port { get; init; }

    /// <summary>HTTP path.</summary>
    public string? Path { get; init; }

    /// <summary>How often, as in <c>30s</c>; the Prometheus' own default when null.</summary>
    public string? Interval { get; init; }
}
