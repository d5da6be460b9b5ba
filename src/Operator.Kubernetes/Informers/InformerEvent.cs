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

    /// <summary>
    /// What is wanted of the object has changed: its spec (told by the generation), labels, annotations, finalizers, or that it shall go;
    /// not its status alone. Kinds without generations change as a whole. For the kind that a controller is for; of others the status
    /// is what matters (KubeOps #668, pravega/zookeeper-operator #389).
    /// </summary>
    public bool IsIntent
    {
        get
        {
            if (Type != InformerEventType.Modified || Previous?.Metadata is not { Generation: not null } old)
                return true;
            var now = Object.Metadata;
            return old.Uid != now.Uid
                || old.Generation != now.Generation
                || old.DeletionTimestamp != now.DeletionTimestamp
                || !IsSame(old.Labels, now.Labels)
                || !IsSame(old.Annotations, now.Annotations)
                || !(old.Finalizers ?? []).SequenceEqual(now.Finalizers ?? [], StringComparer.Ordinal);
        }
    }

    private static bool IsSame(IDictionary<string, string>? one, IDictionary<string, string>? other)
    {
        if (one is null || other is null)
            return (one?.Count ?? 0) == (other?.Count ?? 0);
        return one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }
}
