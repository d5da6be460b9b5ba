namespace Operator.Kubernetes.Api;

/// <summary>
/// meta/v1 PartialObjectMetadata: any object without its content. Its kind is this one's, not the object's. There may be very many, so
/// they share the strings that are the same in all of them.
/// </summary>
public sealed record PartialObjectMetadata : IKubernetesObject
{
    private const string OwnVersion = "meta.k8s.io/v1";
    private const string OwnKind = nameof(PartialObjectMetadata);

    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value is null or OwnVersion ? OwnVersion : value; } = OwnVersion;

    /// <inheritdoc/>
    public string? Kind { get; init => field = value is null or OwnKind ? OwnKind : value; } = OwnKind;

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();
}
