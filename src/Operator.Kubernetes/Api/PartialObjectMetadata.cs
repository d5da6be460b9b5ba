namespace Operator.Kubernetes.Api;

/// <summary>meta/v1 PartialObjectMetadata: any object without its content. Its kind is this one's, not the object's.</summary>
public sealed record PartialObjectMetadata : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "meta.k8s.io/v1"; } = "meta.k8s.io/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "PartialObjectMetadata"; } = "PartialObjectMetadata";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();
}
