namespace Operator.Kubernetes.Api;

/// <summary>
/// What every object of the Kubernetes API has. Records that implement it give <see cref="ApiVersion"/> and <see cref="Kind"/>
/// their own constant when the JSON has none, because the items of a typed list come without them.
/// </summary>
public interface IKubernetesObject
{
    /// <summary>Group and version, such as <c>apps/v1</c>; <c>v1</c> for the core group.</summary>
    string? ApiVersion { get; init; }

    /// <summary>The kind in CamelCase, such as <c>StatefulSet</c>.</summary>
    string? Kind { get; init; }

    /// <summary>Name, namespace, labels and what the API server notes about the object. Never null.</summary>
    V1ObjectMeta Metadata { get; init; }
}
