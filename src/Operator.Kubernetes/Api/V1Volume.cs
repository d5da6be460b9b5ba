namespace Operator.Kubernetes.Api;

/// <summary>core/v1 Volume: exactly one source is set.</summary>
public sealed record V1Volume
{
    /// <summary>By which mounts name it.</summary>
    public required string Name { get; init; }

    /// <summary>Empty at the pod's start, gone with it.</summary>
    public V1EmptyDirVolumeSource? EmptyDir { get; init; }

    /// <summary>Several sources in one directory that flips at once.</summary>
    public V1ProjectedVolumeSource? Projected { get; init; }

    /// <summary>A Secret's keys as files.</summary>
    public V1SecretVolumeSource? Secret { get; init; }

    /// <summary>A ConfigMap's keys as files.</summary>
    public V1ConfigMapVolumeSource? ConfigMap { get; init; }

    /// <summary>A claim of the same namespace.</summary>
    public V1PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }
}

/// <summary>core/v1 EmptyDirVolumeSource.</summary>
public sealed record V1EmptyDirVolumeSource
{
    /// <summary><c>Memory</c> for a tmpfs; null for the node's disk.</summary>
    public string? Medium { get; init; }

    /// <summary>A quantity.</summary>
    public string? SizeLimit { get; init; }
}

/// <summary>core/v1 ProjectedVolumeSource.</summary>
public sealed record V1ProjectedVolumeSource
{
    /// <summary>What is laid over each other.</summary>
    public IReadOnlyList<V1VolumeProjection>? Sources { get; init; }

    /// <summary>Mode of files that name none (decimal: 0440 is 288).</summary>
    public int? DefaultMode { get; init; }
}

/// <summary>core/v1 VolumeProjection: exactly one is set.</summary>
public sealed record V1VolumeProjection
{
    /// <summary>Keys of a Secret.</summary>
    public V1ObjectProjection? Secret { get; init; }

    /// <summary>Keys of a ConfigMap.</summary>
    public V1ObjectProjection? ConfigMap { get; init; }

    /// <summary>Fields of the pod.</summary>
    public V1DownwardApiProjection? DownwardAPI { get; init; }
}

/// <summary>core/v1 SecretProjection and ConfigMapProjection.</summary>
public sealed record V1ObjectProjection
{
    /// <summary>The object.</summary>
    public string? Name { get; init; }

    /// <summary>Which keys; all when null.</summary>
    public IReadOnlyList<V1KeyToPath>? Items { get; init; }

    /// <summary>It need not be there.</summary>
    public bool? Optional { get; init; }
}

/// <summary>core/v1 DownwardAPIProjection.</summary>
public sealed record V1DownwardApiProjection
{
    /// <summary>The files.</summary>
    public IReadOnlyList<V1DownwardApiVolumeFile>? Items { get; init; }
}

/// <summary>core/v1 DownwardAPIVolumeFile.</summary>
public sealed record V1DownwardApiVolumeFile
{
    /// <summary>The file, relative to the volume.</summary>
    public required string Path { get; init; }

    /// <summary>What is in it.</summary>
    public V1ObjectFieldSelector? FieldRef { get; init; }

    /// <summary>Its mode.</summary>
    public int? Mode { get; init; }
}

/// <summary>core/v1 KeyToPath.</summary>
public sealed record V1KeyToPath
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>The file, relative to the volume.</summary>
    public required string Path { get; init; }

    /// <summary>Its mode.</summary>
    public int? Mode { get; init; }
}

/// <summary>core/v1 SecretVolumeSource.</summary>
public sealed record V1SecretVolumeSource
{
    /// <summary>The Secret.</summary>
    public string? SecretName { get; init; }

    /// <summary>Which keys; all when null.</summary>
    public IReadOnlyList<V1KeyToPath>? Items { get; init; }

    /// <summary>Mode of files that name none.</summary>
    public int? DefaultMode { get; init; }

    /// <summary>It need not be there.</summary>
    public bool? Optional { get; init; }
}

/// <summary>core/v1 ConfigMapVolumeSource.</summary>
public sealed record V1ConfigMapVolumeSource
{
    /// <summary>The ConfigMap.</summary>
    public string? Name { get; init; }

    /// <summary>Which keys; all when null.</summary>
    public IReadOnlyList<V1KeyToPath>? Items { get; init; }

    /// <summary>Mode of files that name none.</summary>
    public int? DefaultMode { get; init; }

    /// <summary>It need not be there.</summary>
    public bool? Optional { get; init; }
}

/// <summary>core/v1 PersistentVolumeClaimVolumeSource.</summary>
public sealed record V1PersistentVolumeClaimVolumeSource
{
    /// <summary>The claim.</summary>
    public required string ClaimName { get; init; }

    /// <summary>It cannot be written to.</summary>
    public bool? ReadOnly { get; init; }
}
