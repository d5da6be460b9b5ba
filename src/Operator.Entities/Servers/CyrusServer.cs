using System.Text.Json.Serialization;
using Operator.Kubernetes.Api;

namespace Operator.Entities.Servers;

/// <summary>
/// A Cyrus IMAP server (or several replicas of one) whose configuration and certificates are changed without dropping a mail
/// session.
/// </summary>
public sealed record CyrusServer : IKubernetesObject
{
    /// <summary>API group of the resource.</summary>
    public const string Group = "cyrus-operator.dev";

    /// <summary>Served version of the resource.</summary>
    public const string Version = "v1alpha1";

    /// <inheritdoc/>
    [JsonPropertyOrder(-3)]
    public string? ApiVersion { get; init => field = value ?? Group + "/" + Version; } = Group + "/" + Version;

    /// <inheritdoc/>
    [JsonPropertyOrder(-2)]
    public string? Kind { get; init => field = value ?? "CyrusServer"; } = "CyrusServer";

    /// <inheritdoc/>
    [JsonPropertyOrder(-1)]
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What is wanted.</summary>
    public CyrusServerSpec Spec { get; init => field = value ?? new(); } = new();

    /// <summary>What is, as the operator last saw it.</summary>
    public CyrusServerStatus? Status { get; init; }
}
