namespace Operator.Kubernetes.Api;

/// <summary>core/v1 Secret.</summary>
public sealed record V1Secret : IKubernetesObject
{
    /// <summary>Type of a Secret that holds a certificate and its key under <see cref="TlsCertificate"/> and <see cref="TlsPrivateKey"/> (core/v1 SecretTypeTLS).</summary>
    public const string TlsType = "kubernetes.io/tls";

    /// <summary>The certificate, as PEM.</summary>
    public const string TlsCertificate = "tls.crt";

    /// <summary>Its private key, as PEM.</summary>
    public const string TlsPrivateKey = "tls.key";

    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "v1"; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Secret"; } = "Secret";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>Such as <c>Opaque</c> or <see cref="TlsType"/>. It cannot be changed.</summary>
    public string? Type { get; init; }

    /// <summary>The data cannot be changed.</summary>
    public bool? Immutable { get; init; }

    /// <summary>The content; base64 on the wire only.</summary>
    public IDictionary<string, byte[]>? Data { get; init; }

    /// <summary>Written into <see cref="Data"/> by the API server; never read back. Prefer <see cref="Data"/>.</summary>
    public IDictionary<string, string>? StringData { get; init; }
}
