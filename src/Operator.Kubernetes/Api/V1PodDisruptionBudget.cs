namespace Operator.Kubernetes.Api;

/// <summary>policy/v1 PodDisruptionBudget, and policy/v1beta1, whose fields are the same: how many pods an eviction may take.</summary>
public sealed record V1PodDisruptionBudget : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "policy/v1"; } = "policy/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "PodDisruptionBudget"; } = "PodDisruptionBudget";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What shall be.</summary>
    public V1PodDisruptionBudgetSpec? Spec { get; init; }
}

/// <summary>policy/v1 PodDisruptionBudgetSpec.</summary>
public sealed record V1PodDisruptionBudgetSpec
{
    /// <summary>How many pods may be away at a time, as a number or in percent.</summary>
    public IntOrString? MaxUnavailable { get; init; }

    /// <summary>Its pods.</summary>
    public V1LabelSelector? Selector { get; init; }
}
