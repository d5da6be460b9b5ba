namespace Operator.Kubernetes.Api;

/// <summary>core/v1 Service.</summary>
public sealed record V1Service : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "v1"; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Service"; } = "Service";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What it leads to.</summary>
    public V1ServiceSpec? Spec { get; init; }

    /// <summary>What a load balancer gave it.</summary>
    public V1ServiceStatus? Status { get; init; }
}

/// <summary>core/v1 ServiceSpec.</summary>
public sealed record V1ServiceSpec
{
    /// <summary><c>ClusterIP</c> (default), <c>NodePort</c>, <c>LoadBalancer</c> or <c>ExternalName</c>.</summary>
    public string? Type { get; init; }

    /// <summary><c>None</c> makes it headless; it cannot be changed.</summary>
    public string? ClusterIP { get; init; }

    /// <summary>Labels of the pods behind it.</summary>
    public IDictionary<string, string>? Selector { get; init; }

    /// <summary>The ports.</summary>
    public IReadOnlyList<V1ServicePort>? Ports { get; init; }

    /// <summary>Pods that are not ready have names, too.</summary>
    public bool? PublishNotReadyAddresses { get; init; }

    /// <summary><c>None</c> or <c>ClientIP</c>.</summary>
    public string? SessionAffinity { get; init; }

    /// <summary><c>Cluster</c>, or <c>Local</c>, which keeps the client's address.</summary>
    public string? ExternalTrafficPolicy { get; init; }

    /// <summary>The address that is asked for, where the provider honours it.</summary>
    public string? LoadBalancerIP { get; init; }

    /// <summary>Which load balancer serves it.</summary>
    public string? LoadBalancerClass { get; init; }

    /// <summary>Who may connect.</summary>
    public IReadOnlyList<string>? LoadBalancerSourceRanges { get; init; }

    /// <summary>Addresses of nodes that lead to it.</summary>
    public IReadOnlyList<string>? ExternalIPs { get; init; }
}

/// <summary>core/v1 ServicePort.</summary>
public sealed record V1ServicePort
{
    /// <summary>Needed when there is more than one.</summary>
    public string? Name { get; init; }

    /// <summary>The service's port.</summary>
    public required int Port { get; init; }

    /// <summary>The pod's port; the same by default.</summary>
    public IntOrString? TargetPort { get; init; }

    /// <summary>The nodes' port.</summary>
    public int? NodePort { get; init; }

    /// <summary><c>TCP</c> (default), <c>UDP</c> or <c>SCTP</c>. A key of the list: set it in server-side apply.</summary>
    public string? Protocol { get; init; }

    /// <summary>What is spoken, as a hint.</summary>
    public string? AppProtocol { get; init; }
}

/// <summary>core/v1 ServiceStatus.</summary>
public sealed record V1ServiceStatus
{
    /// <summary>Empty until the provider is done.</summary>
    public V1LoadBalancerStatus? LoadBalancer { get; init; }
}

/// <summary>core/v1 LoadBalancerStatus.</summary>
public sealed record V1LoadBalancerStatus
{
    /// <summary>The addresses.</summary>
    public IReadOnlyList<V1LoadBalancerIngress>? Ingress { get; init; }
}

/// <summary>core/v1 LoadBalancerIngress.</summary>
public sealed record V1LoadBalancerIngress
{
    /// <summary>The address, or null.</summary>
    public string? Ip { get; init; }

    /// <summary>The name, or null.</summary>
    public string? Hostname { get; init; }
}
