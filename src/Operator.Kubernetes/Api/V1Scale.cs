namespace Operator.Kubernetes.Api;

/// <summary>autoscaling/v1 Scale: the replicas of any kind that has the scale subresource.</summary>
public sealed record V1Scale : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "autoscaling/v1"; } = "autoscaling/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Scale"; } = "Scale";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What shall be.</summary>
    public V1ScaleSpec? Spec { get; init; }

    /// <summary>What is.</summary>
    public V1ScaleStatus? Status { get; init; }
}

/// <summary>autoscaling/v1 ScaleSpec.</summary>
public sealed record V1ScaleSpec
{
    /// <summary>How many there shall be; left out by the server when it is 0.</summary>
    public int Replicas { get; init; }
}

/// <summary>autoscaling/v1 ScaleStatus.</summary>
public sealed record V1ScaleStatus
{
    /// <summary>How many there are.</summary>
    public int Replicas { get; init; }

    /// <summary>The selector of the pods, as a list's <c>labelSelector</c> takes it.</summary>
    public string? Selector { get; init; }
}
