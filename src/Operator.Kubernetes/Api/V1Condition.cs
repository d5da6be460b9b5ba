using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>meta/v1 Condition: one observation about an object, by type.</summary>
public sealed record V1Condition
{
    /// <summary>What is said, in CamelCase; the key of the list.</summary>
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>The generation that was looked at.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>Why, as one CamelCase word for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Message { get; init; }
}
