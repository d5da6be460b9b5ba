using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Client.Credentials;

/// <summary>client.authentication.k8s.io ExecCredential, v1 and v1beta1: what a plugin is told, and what it answers.</summary>
internal sealed class ExecCredential
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    /// <summary>What it is told.</summary>
    public ExecCredentialSpec? Spec { get; init; }

    /// <summary>What it answers.</summary>
    public ExecCredentialStatus? Status { get; init; }
}

/// <summary>ExecCredentialSpec.</summary>
internal sealed class ExecCredentialSpec
{
    public ExecCluster? Cluster { get; init; }

    /// <summary>Whether there is somebody to ask.</summary>
    public bool Interactive { get; init; }
}

/// <summary>Cluster.</summary>
internal sealed class ExecCluster
{
    public required string Server { get; init; }

    [JsonPropertyName("tls-server-name")]
    public string? TlsServerName { get; init; }

    [JsonPropertyName("insecure-skip-tls-verify")]
    public bool? InsecureSkipTlsVerify { get; init; }

    [JsonPropertyName("certificate-authority-data")]
    public byte[]? CertificateAuthorityData { get; init; }

    [JsonPropertyName("proxy-url")]
    public string? ProxyUrl { get; init; }

    public JsonNode? Config { get; init; }
}

/// <summary>ExecCredentialStatus.</summary>
internal sealed class ExecCredentialStatus
{
    public DateTimeOffset? ExpirationTimestamp { get; init; }

    public string? Token { get; init; }

    public string? ClientCertificateData { get; init; }

    public string? ClientKeyData { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExecCredential))]
internal sealed partial class ExecJson : JsonSerializerContext;
