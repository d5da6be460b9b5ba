namespace Operator.Kubernetes.Api;

/// <summary>core/v1 ServiceAccount.</summary>
public sealed record V1ServiceAccount : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "v1"; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "ServiceAccount"; } = "ServiceAccount";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>Whether pods get its token, unless they say otherwise themselves; true by default.</summary>
    public bool? AutomountServiceAccountToken { get; init; }
}
