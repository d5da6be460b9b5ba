namespace Operator.Kubernetes.Api;

/// <summary>core/v1 ConfigMap.</summary>
public sealed record V1ConfigMap : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "v1"; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "ConfigMap"; } = "ConfigMap";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>The data cannot be changed.</summary>
    public bool? Immutable { get; init; }

    /// <summary>Text.</summary>
    public IDictionary<string, string>? Data { get; init; }

    /// <summary>Anything else; base64 on the wire only.</summary>
    public IDictionary<string, byte[]>? BinaryData { get; init; }
}
