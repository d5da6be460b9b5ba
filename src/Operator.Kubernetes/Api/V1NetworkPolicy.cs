namespace Operator.Kubernetes.Api;

/// <summary>networking.k8s.io/v1 NetworkPolicy: who may connect to pods, where the network plug-in knows how.</summary>
public sealed record V1NetworkPolicy : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "networking.k8s.io/v1"; } = "networking.k8s.io/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "NetworkPolicy"; } = "NetworkPolicy";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What shall be.</summary>
    public V1NetworkPolicySpec? Spec { get; init; }
}

/// <summary>networking.k8s.io/v1 NetworkPolicySpec.</summary>
public sealed record V1NetworkPolicySpec
{
    /// <summary>Its pods; an empty selector means all of the namespace.</summary>
    public V1LabelSelector? PodSelector { get; init; }

    /// <summary><c>Ingress</c>, <c>Egress</c> or both: of what is named, only what a rule allows comes through.</summary>
    public IReadOnlyList<string>? PolicyTypes { get; init; }

    /// <summary>What may come in.</summary>
    public IReadOnlyList<V1NetworkPolicyIngressRule>? Ingress { get; init; }
}

/// <summary>networking.k8s.io/v1 NetworkPolicyIngressRule.</summary>
public sealed record V1NetworkPolicyIngressRule
{
    /// <summary>From where; anywhere when there is none.</summary>
    public IReadOnlyList<V1NetworkPolicyPeer>? From { get; init; }

    /// <summary>To which ports; all when there is none.</summary>
    public IReadOnlyList<V1NetworkPolicyPort>? Ports { get; init; }
}

/// <summary>networking.k8s.io/v1 NetworkPolicyPeer: pods. Those of the same namespace, unless namespaces are selected, too.</summary>
public sealed record V1NetworkPolicyPeer
{
    /// <summary>Their namespaces; an empty selector means all.</summary>
    public V1LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Their labels; all pods when null.</summary>
    public V1LabelSelector? PodSelector { get; init; }
}

/// <summary>networking.k8s.io/v1 NetworkPolicyPort.</summary>
public sealed record V1NetworkPolicyPort
{
    /// <summary><c>TCP</c> (default), <c>UDP</c> or <c>SCTP</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>The pod's port.</summary>
    public IntOrString? Port { get; init; }
}
