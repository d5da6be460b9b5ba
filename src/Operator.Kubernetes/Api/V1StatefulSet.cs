using System.Text.Json;

namespace Operator.Kubernetes.Api;

/// <summary>apps/v1 StatefulSet.</summary>
public sealed record V1StatefulSet : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "apps/v1"; } = "apps/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "StatefulSet"; } = "StatefulSet";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What shall be.</summary>
    public V1StatefulSetSpec? Spec { get; init; }

    /// <summary>What is.</summary>
    public V1StatefulSetStatus? Status { get; init; }
}

/// <summary>apps/v1 StatefulSetSpec.</summary>
public sealed record V1StatefulSetSpec
{
    /// <summary>How many pods; 1 by default.</summary>
    public int? Replicas { get; init; }

    /// <summary>The headless service that names the pods; it cannot be changed.</summary>
    public string? ServiceName { get; init; }

    /// <summary>Its pods; it cannot be changed.</summary>
    public V1LabelSelector? Selector { get; init; }

    /// <summary>What pods are made from; a change rolls them.</summary>
    public V1PodTemplateSpec? Template { get; init; }

    /// <summary>
    /// A claim for each pod (<see cref="V1PersistentVolumeClaim"/>); it cannot be changed. Passed through: the list is one value to an apply, and
    /// one that lacks what the server has filled in, be it only a null, counts as a change each time.
    /// </summary>
    public IReadOnlyList<JsonElement>? VolumeClaimTemplates { get; init; }

    /// <summary>How a change of the template is rolled out.</summary>
    public V1StatefulSetUpdateStrategy? UpdateStrategy { get; init; }

    /// <summary><c>OrderedReady</c> (default) or <c>Parallel</c>; it cannot be changed.</summary>
    public string? PodManagementPolicy { get; init; }

    /// <summary>How many old templates are kept; 10 by default.</summary>
    public int? RevisionHistoryLimit { get; init; }

    /// <summary>Seconds that a pod must be ready to count as available.</summary>
    public int? MinReadySeconds { get; init; }

    /// <summary>Passed through (Kubernetes 1.27 and later).</summary>
    public JsonElement? PersistentVolumeClaimRetentionPolicy { get; init; }
}

/// <summary>apps/v1 StatefulSetUpdateStrategy.</summary>
public sealed record V1StatefulSetUpdateStrategy
{
    /// <summary><c>RollingUpdate</c> (default) or <c>OnDelete</c>.</summary>
    public string? Type { get; init; }

    /// <summary>For <c>RollingUpdate</c>.</summary>
    public V1RollingUpdateStatefulSetStrategy? RollingUpdate { get; init; }
}

/// <summary>apps/v1 RollingUpdateStatefulSetStrategy.</summary>
public sealed record V1RollingUpdateStatefulSetStrategy
{
    /// <summary>Pods with a lower ordinal keep the old template.</summary>
    public int? Partition { get; init; }
}

/// <summary>apps/v1 StatefulSetStatus.</summary>
public sealed record V1StatefulSetStatus
{
    /// <summary>The generation that the rest of the status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Pods that are there.</summary>
    public int? Replicas { get; init; }

    /// <summary>Pods that are ready.</summary>
    public int? ReadyReplicas { get; init; }

    /// <summary>Pods that have been ready for long enough.</summary>
    public int? AvailableReplicas { get; init; }

    /// <summary>Pods of <see cref="CurrentRevision"/>.</summary>
    public int? CurrentReplicas { get; init; }

    /// <summary>Pods of <see cref="UpdateRevision"/>.</summary>
    public int? UpdatedReplicas { get; init; }

    /// <summary>The template that is rolled away from.</summary>
    public string? CurrentRevision { get; init; }

    /// <summary>The template that is rolled to.</summary>
    public string? UpdateRevision { get; init; }

    /// <summary>Rarely any.</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; init; }
}
