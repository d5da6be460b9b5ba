using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;
using Operator.Servers.Inputs;

namespace Operator.Servers;

/// <summary>What is watched for the servers' sake, and to which servers a change of it matters.</summary>
internal sealed class ServerCaches(
    Informer<CyrusServer> servers,
    Informer<V1Pod> pods,
    Informer<V1StatefulSet> statefulSets,
    Informer<V1Service> services,
    Informer<V1PersistentVolumeClaim> claims,
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

    /// <summary>The informer of a kind of which whole objects are watched; null when there is none.</summary>
    public Informer<T>? InformerOf<T>()
        where T : class, IKubernetesObject => ((IInformer[])[statefulSets, services]).OfType<Informer<T>>().FirstOrDefault();

    /// <summary>Metadata of the Secrets that matter; never their data. One that a server has just come to name may be missing.</summary>
    public Informer<PartialObjectMetadata> Secrets => secrets;

    /// <summary>The pods of one server.</summary>
    public IReadOnlyList<V1Pod> PodsOf(ObjectKey server) => pods.ByIndex(ByServer, server.ToString());

    /// <summary>The volume claims of one server, which a StatefulSet labels as it selects its pods.</summary>
    public IReadOnlyList<V1PersistentVolumeClaim> ClaimsOf(ObjectKey server) => claims.ByIndex(ByServer, server.ToString());

    /// <summary>Sets up the indexes and lets every change enqueue the servers that it matters to; call once, before the start.</summary>
    public void Feed(Controller controller)
    {
        servers.AddIndex(BySecret, static server => InputCollector.TlsSecretsOf(server).Select(static key => key.ToString()));
        pods.AddIndex(ByServer, static pod => OwnerOf(pod) is { } key ? [key.ToString()] : []);
        claims.AddIndex(ByServer, static claim => OwnerOf(claim) is { } key ? [key.ToString()] : []);
        controller
            .Watch(servers)
            .Watch(pods, static change => Owner(change.Object))
            .Watch(statefulSets, static change => Owner(change.Object))
            .Watch(services, static change => Owner(change.Object))
            .Watch(claims, static change => Owner(change.Object))
            .Watch(secrets, change => [.. Owner(change.Object), .. UsersOf(change.Key)]);
    }

    /// <summary>Whether a Secret matters: it was made for a server, or one names it. All others are let go of as soon as they are seen.</summary>
    public static bool Concerns(IKubernetesObject secret, Informer<CyrusServer> servers) =>
        OwnerOf(secret) is not null || servers.ByIndex(BySecret, ObjectKey.Of(secret).ToString()).Count > 0;

    private IEnumerable<ObjectKey> UsersOf(ObjectKey secret) =>
        servers.ByIndex(BySecret, secret.ToString()).Select(static server => ObjectKey.Of(server));

    private static IEnumerable<ObjectKey> Owner(IKubernetesObject child) => OwnerOf(child) is { } key ? [key] : [];

    private static ObjectKey? OwnerOf(IKubernetesObject child) =>
        child.Metadata.Labels?.TryGetValue(AnnotationKeys.ServerLabel, out var name) == true
            ? new ObjectKey(child.Metadata.Namespace, name)
            : null;
}
