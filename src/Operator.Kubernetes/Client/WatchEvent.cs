using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>What a watch tells.</summary>
public enum WatchEventType
{
    /// <summary>An object is new, or new to the selector.</summary>
    Added,

    /// <summary>An object has changed.</summary>
    Modified,

    /// <summary>An object is gone, or gone from the selector.</summary>
    Deleted,

    /// <summary>Nothing happened up to the version.</summary>
    Bookmark,
}

/// <summary>One event of a watch.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object; its last state when it is gone; null on a bookmark.</param>
/// <param name="ResourceVersion">Where a watch that breaks now goes on from.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T? Object, string ResourceVersion)
    where T : class, IKubernetesObject;
