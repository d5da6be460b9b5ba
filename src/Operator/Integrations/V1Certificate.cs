using Operator.Kubernetes.Api;

namespace Operator.Integrations;

/// <summary>cert-manager.io/v1 Certificate: a certificate that cert-manager gets and renews, and puts into a Secret. Only what is asked for here.</summary>
internal sealed record V1Certificate : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "cert-manager.io/v1"; } = "cert-manager.io/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Certificate"; } = "Certificate";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What is asked for.</summary>
    public V1CertificateSpec? Spec { get; init; }
}

/// <summary>cert-manager.io/v1 CertificateSpec.</summary>
internal sealed record V1CertificateSpec
{
    /// <summary>The Secret, of type kubernetes.io/tls, that it is put into.</summary>
    public required string SecretName { get; init; }

    /// <summary>Who signs it.</summary>
    public required V1IssuerReference IssuerRef { get; init; }

    /// <summary>Its host names.</summary>
    public IReadOnlyList<string>? DnsNames { get; init; }

    /// <summary>How long it is valid, as in <c>2160h</c>.</summary>
    public string? Duration { get; init; }

    /// <summary>How long before its end it is renewed.</summary>
    public string? RenewBefore { get; init; }

    /// <summary>What it may be used for, such as <c>server auth</c>.</summary>
    public IReadOnlyList<string>? Usages { get; init; }

    /// <summary>Its key.</summary>
    public V1CertificatePrivateKey? PrivateKey { get; init; }

    /// <summary>How many CertificateRequests are kept; all by default.</summary>
    public int? RevisionHistoryLimit { get; init; }
}

/// <summary>cert-manager.io/v1 ObjectReference.</summary>
internal sealed record V1IssuerReference
{
    /// <summary>Name of the issuer.</summary>
    public required string Name { get; init; }

    /// <summary>Issuer, ClusterIssuer, or a kind of an external issuer.</summary>
    public string? Kind { get; init; }

    /// <summary>API group of the kind.</summary>
    public string? Group { get; init; }
}

/// <summary>cert-manager.io/v1 CertificatePrivateKey.</summary>
internal sealed record V1CertificatePrivateKey
{
    /// <summary><c>Always</c>: each renewal has a new key. <c>Never</c> was the default before cert-manager 1.18.</summary>
    public string? RotationPolicy { get; init; }

    /// <summary><c>RSA</c> (default), <c>ECDSA</c> or <c>Ed25519</c>.</summary>
    public string? Algorithm { get; init; }

    /// <summary>Bits.</summary>
    public int? Size { get; init; }
}
