using Operator.Kubernetes.Api;

namespace Operator.Entities.Servers;

/// <summary>
/// Body of a server-side apply of the status alone: without a spec, so that the operator never becomes the manager of a field of
/// the user's.
/// </summary>
public sealed record CyrusServerStatusApply : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>The whole status.</summary>
    public CyrusServerStatus? Status { get; init; }
}
