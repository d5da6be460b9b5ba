namespace Operator.Kubernetes.Api;

/// <summary>
/// admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration: which webhooks the API server asks. Of each webhook only how its certificate is
/// checked.
/// </summary>
public sealed record V1ValidatingWebhookConfiguration : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "admissionregistration.k8s.io/v1"; } = "admissionregistration.k8s.io/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "ValidatingWebhookConfiguration"; } = "ValidatingWebhookConfiguration";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>The webhooks, a map by name.</summary>
    public IReadOnlyList<V1ValidatingWebhook>? Webhooks { get; init; }
}

/// <summary>admissionregistration.k8s.io/v1 ValidatingWebhook.</summary>
public sealed record V1ValidatingWebhook
{
    /// <summary>Its name, a domain name.</summary>
    public required string Name { get; init; }

    /// <summary>How it is reached.</summary>
    public V1WebhookClientConfig? ClientConfig { get; init; }
}

/// <summary>admissionregistration.k8s.io/v1 WebhookClientConfig.</summary>
public sealed record V1WebhookClientConfig
{
    /// <summary>Authorities of the webhook's certificate, PEM; the system's when null.</summary>
    public byte[]? CaBundle { get; init; }
}
