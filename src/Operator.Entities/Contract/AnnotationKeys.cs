namespace Operator.Entities.Contract;

/// <summary>Annotations and labels by which the operator and the sidecar in a mail pod understand each other.</summary>
public static class AnnotationKeys
{
    /// <summary>On a pod: the digest of the bundle that the pod shall serve. Written to live pods only, never to a pod template.</summary>
    public const string Digest = "cyrus-operator.dev/digest";

    /// <summary>
    /// On a pod: a number that grows with each request. Any change of an annotation makes kubelet refresh the pod's volumes at once
    /// instead of within 60-90 s; it is raised again when kubelet raced and mounted the older Secret. The sidecar reports the
    /// one it has seen, so that a report made before a request is never taken for an answer to it.
    /// </summary>
    public const string Nudge = "cyrus-operator.dev/nudge";

    /// <summary>
    /// On a CyrusServer: with a new value, a configuration that was rejected is tried once more.
    /// </summary>
    public const string Retry = "cyrus-operator.dev/retry";

    /// <summary>On a CyrusServer: with a new value, all its pods are restarted, one by one, as <c>kubectl rollout restart</c> does it for a workload.</summary>
    public const string RestartedAt = "cyrus-operator.dev/restartedAt";

    /// <summary>On a pod and its template: the digest of all that only a restart can change. The pod is restarted when it is not the template's.</summary>
    public const string RestartDigest = "cyrus-operator.dev/restart-digest";

    /// <summary>Label with the name of the CyrusServer, on every object made for it.</summary>
    public const string ServerLabel = "cyrus-operator.dev/server";
}
