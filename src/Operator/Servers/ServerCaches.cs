using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Informers;
using Operator.Servers.Inputs;

namespace Operator.Servers;

/// <summary>What is watched for the servers' sake, and to which servers a change of it matters.</summary>
internal sealed class ServerCaches(
    Informer<CyrusServer> servers,
    Informer<V1Pod> pods,
    Informer<V1StatefulSet> statefulSets,
    Informer<V1Service> services,
    Informer<PartialObjectMetadata> secrets)
{
    private const string BySecret = "tls-secret";
    private const string ByServer = "server";

    /// <summary>The servers themselves.</summary>
    public Informer<CyrusServer> Servers => servers;

    /// <summary>Pods made for servers.</summary>
    public Informer<V1Pod> Pods => pods;

    /// <summary>StatefulSets made for servers.</summary>
    public Informer<V1StatefulSet> StatefulSets => statefulSets;

    /// <summary>Services made for servers.</summary>
    public Informer<V1Service> Services => services;

    /// <summary>Metadata of all Secrets; never their data.</summary>
    public Informer<PartialObjectMetadata> Secrets => secrets;

    /// <summary>The pods of one server.</summary>
    public IReadOnlyList<V1Pod> PodsOf(ObjectKey server) => pods.ByIndex(ByServer, server.ToString());

    /// <summary>Sets up the indexes and tells <paramref name="enqueue"/> which server to look at; call once, before the start.</summary>
    public void Connect(Action<ObjectKey> enqueue)
    {
        servers.AddIndex(BySecret, static server => InputCollector.TlsSecretOf(server) is { } key ? [key.ToString()] : []);
        pods.AddIndex(ByServer, static pod => OwnerOf(pod) is { } key ? [key.ToString()] : []);
        servers.OnChange(change => enqueue(ObjectKey.Of(change.Object)));
        pods.OnChange(change => EnqueueOwner(change.Object, enqueue));
        statefulSets.OnChange(change => EnqueueOwner(change.Object, enqueue));
        services.OnChange(change => EnqueueOwner(change.Object, enqueue));
        secrets.OnChange(change =>
        {
            EnqueueOwner(change.Object, enqueue);
            foreach (var server in servers.ByIndex(BySecret, ObjectKey.Of(change.Object).ToString()))
                enqueue(ObjectKey.Of(server));
        });
    }

    private static void EnqueueOwner(IKubernetesObject child, Action<ObjectKey> enqueue)
    {
        if (OwnerOf(child) is { } key)
            enqueue(key);
    }

    private static ObjectKey? OwnerOf(IKubernetesObject child) =>
        child.Metadata.Labels?.TryGetValue(AnnotationKeys.ServerLabel, out var name) == true
            ? new ObjectKey(child.Metadata.Namespace, name)
            : null;
}
