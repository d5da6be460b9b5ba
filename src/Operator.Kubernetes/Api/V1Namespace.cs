namespace Operator.Kubernetes.Api;

/// <summary>core/v1 Namespace.</summary>
public sealed record V1Namespace : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "v1"; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Namespace"; } = "Namespace";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>Whether it is going away.</summary>
    public V1NamespaceStatus? Status { get; init; }
}

/// <summary>core/v1 NamespaceStatus.</summary>
public sealed record V1NamespaceStatus
{
    /// <summary><c>Active</c> or <c>Terminating</c>.</summary>
    public string? Phase { get; init; }
}
