namespace Operator.Kubernetes.Api;

/// <summary>core/v1 SecurityContext: what one container's processes may do.</summary>
public sealed record V1SecurityContext
{
    /// <summary>User id.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>Group id.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>Refuse to start as root.</summary>
    public bool? RunAsNonRoot { get; init; }

    /// <summary>All rights of the node.</summary>
    public bool? Privileged { get; init; }

    /// <summary>False sets no_new_privs.</summary>
    public bool? AllowPrivilegeEscalation { get; init; }

    /// <summary>Only volumes can be written to.</summary>
    public bool? ReadOnlyRootFilesystem { get; init; }

    /// <summary>Capabilities added and dropped.</summary>
    public V1Capabilities? Capabilities { get; init; }

    /// <summary>System calls that are allowed.</summary>
    public V1SeccompProfile? SeccompProfile { get; init; }
}

/// <summary>core/v1 PodSecurityContext: defaults for all containers of a pod.</summary>
public sealed record V1PodSecurityContext
{
    /// <summary>User id.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>Group id.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>Refuse to start as root.</summary>
    public bool? RunAsNonRoot { get; init; }

    /// <summary>Group that volumes are given to.</summary>
    public long? FsGroup { get; init; }

    /// <summary><c>Always</c> or <c>OnRootMismatch</c>.</summary>
    public string? FsGroupChangePolicy { get; init; }

    /// <summary>Further groups.</summary>
    public IReadOnlyList<long>? SupplementalGroups { get; init; }

    /// <summary>System calls that are allowed.</summary>
    public V1SeccompProfile? SeccompProfile { get; init; }
}

/// <summary>core/v1 Capabilities.</summary>
public sealed record V1Capabilities
{
    /// <summary>Such as <c>NET_BIND_SERVICE</c>.</summary>
    public IReadOnlyList<string>? Add { get; init; }

    /// <summary>Such as <c>ALL</c>.</summary>
    public IReadOnlyList<string>? Drop { get; init; }
}

/// <summary>core/v1 SeccompProfile.</summary>
public sealed record V1SeccompProfile
{
    /// <summary><c>RuntimeDefault</c>, <c>Localhost</c> or <c>Unconfined</c>.</summary>
    public required string Type { get; init; }

    /// <summary>File on the node, for <c>Localhost</c>.</summary>
    public string? LocalhostProfile { get; init; }
}
