using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>
/// meta/v1 ObjectMeta. <c>managedFields</c> is left out on purpose: it is most of an object's bytes and no decision is taken from it.
/// </summary>
public sealed record V1ObjectMeta
{
    /// <summary>Unique within kind and namespace.</summary>
    public string? Name { get; init; }

    /// <summary>On creation without a <see cref="Name"/>: the server adds five characters to it.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Null on cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Identifies this very object: one that was deleted and created again has another.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque; changes on every write. Compare for equality only.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Counts the changes of the spec.</summary>
    public long? Generation { get; init; }

    /// <summary>Set by the API server.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once deletion was asked for; the object goes when its finalizers are gone.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>What selectors select by.</summary>
    public IDictionary<string, string>? Labels { get; init; }

    /// <summary>What selectors cannot select by.</summary>
    public IDictionary<string, string>? Annotations { get; init; }

    /// <summary>The object is garbage-collected with the last of these.</summary>
    public IReadOnlyList<V1OwnerReference>? OwnerReferences { get; init; }

    /// <summary>Each must be taken off before the object goes.</summary>
    public IReadOnlyList<string>? Finalizers { get; init; }
}

/// <summary>meta/v1 OwnerReference: an owner in the same namespace, or a cluster-scoped one.</summary>
public sealed record V1OwnerReference
{
    /// <summary>Group and version of the owner.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Kind of the owner.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the owner.</summary>
    public required string Name { get; init; }

    /// <summary>Uid of the owner; a namesake made later does not own the object.</summary>
    public required string Uid { get; init; }

    /// <summary>True for the one owner that manages the object.</summary>
    public bool? Controller { get; init; }

    /// <summary>True: a foreground deletion of the owner waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary>core/v1 ObjectReference, as events use it.</summary>
public sealed record V1ObjectReference
{
    /// <summary>Group and version of the object.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind of the object.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }

    /// <summary>Namespace of the object; null when it is cluster-scoped.</summary>
    public string? Namespace { get; init; }

    /// <summary>Uid of the object.</summary>
    public string? Uid { get; init; }

    /// <summary>The version that was looked at.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>A part of the object, such as <c>spec.containers{cyrus}</c>.</summary>
    public string? FieldPath { get; init; }
}

/// <summary>core/v1 LocalObjectReference: an object of the same namespace by name.</summary>
public sealed record V1LocalObjectReference
{
    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }
}

/// <summary>meta/v1 LabelSelector.</summary>
public sealed record V1LabelSelector
{
    /// <summary>Labels that must all be there with these values.</summary>
    public IDictionary<string, string>? MatchLabels { get; init; }

    /// <summary>Further requirements, all of which must hold.</summary>
    public IReadOnlyList<V1LabelSelectorRequirement>? MatchExpressions { get; init; }
}

/// <summary>meta/v1 LabelSelectorRequirement.</summary>
public sealed record V1LabelSelectorRequirement
{
    /// <summary>The label's key.</summary>
    public required string Key { get; init; }

    /// <summary><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>The values of <c>In</c> and <c>NotIn</c>.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}
