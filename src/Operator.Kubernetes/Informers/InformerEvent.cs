using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Informers;

/// <summary>How an informer's set has changed.</summary>
public enum InformerEventType
{
    /// <summary>The object is new to the set.</summary>
    Added,

    /// <summary>The object has another version.</summary>
    Modified,

    /// <summary>The object has left the set. Never rely on seeing it: one that left while we were away is told by nobody.</summary>
    Deleted,
}

/// <summary>One change of an informer's set.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Type">What changed.</param>
/// <param name="Object">The object; its last known state when it is gone.</param>
/// <param name="Previous">What the set held before; null when it is new.</param>
public readonly record struct InformerEvent<T>(InformerEventType Type, T Object, T? Previous)
    where T : class, IKubernetesObject
{
    /// <summary>The object's key.</summary>
    public ObjectKey Key => ObjectKey.Of(Object);
}
