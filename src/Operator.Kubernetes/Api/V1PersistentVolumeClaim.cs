using System.Text.Json;

namespace Operator.Kubernetes.Api;

/// <summary>core/v1 PersistentVolumeClaim.</summary>
public sealed record V1PersistentVolumeClaim : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "v1"; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "PersistentVolumeClaim"; } = "PersistentVolumeClaim";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What is asked for.</summary>
    public V1PersistentVolumeClaimSpec? Spec { get; init; }

    /// <summary>What is given.</summary>
    public V1PersistentVolumeClaimStatus? Status { get; init; }
}

/// <summary>core/v1 PersistentVolumeClaimSpec.</summary>
public sealed record V1PersistentVolumeClaimSpec
{
    /// <summary><c>ReadWriteOnce</c>, <c>ReadWriteOncePod</c> ...</summary>
    public IReadOnlyList<string>? AccessModes { get; init; }

    /// <summary><c>storage</c> as a request.</summary>
    public V1ResourceRequirements? Resources { get; init; }

    /// <summary>Null: the cluster's default; empty: none.</summary>
    public string? StorageClassName { get; init; }

    /// <summary>The volume that is bound.</summary>
    public string? VolumeName { get; init; }

    /// <summary><c>Filesystem</c> (default) or <c>Block</c>.</summary>
    public string? VolumeMode { get; init; }

    /// <summary>Which volumes will do.</summary>
    public V1LabelSelector? Selector { get; init; }

    /// <summary>Passed through.</summary>
    public JsonElement? DataSource { get; init; }
}

/// <summary>core/v1 PersistentVolumeClaimStatus.</summary>
public sealed record V1PersistentVolumeClaimStatus
{
    /// <summary><c>Pending</c>, <c>Bound</c> or <c>Lost</c>.</summary>
    public string? Phase { get; init; }

    /// <summary>What the volume holds.</summary>
    public IDictionary<string, string>? Capacity { get; init; }

    /// <summary>How it may be mounted.</summary>
    public IReadOnlyList<string>? AccessModes { get; init; }
}
