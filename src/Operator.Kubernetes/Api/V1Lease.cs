using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>coordination.k8s.io/v1 Lease.</summary>
public sealed record V1Lease : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "coordination.k8s.io/v1"; } = "coordination.k8s.io/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Lease"; } = "Lease";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>Who holds it.</summary>
    public V1LeaseSpec? Spec { get; init; }
}

/// <summary>coordination.k8s.io/v1 LeaseSpec.</summary>
public sealed record V1LeaseSpec
{
    /// <summary>Who holds it; null or empty: nobody.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>Seconds that others wait after they last saw it change.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder got it, by its own clock.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the holder last renewed it, by its own clock.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often it changed hands.</summary>
    public int? LeaseTransitions { get; init; }
}
