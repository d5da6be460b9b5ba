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
    Informer<PartialObjectMetadata> secrets,
    Informer<PartialObjectMetadata> configMaps)
{
    private const string BySecret = "secret";
    private const string ByConfigMap = "config-map";
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

    /// <summary>Metadata of the ConfigMaps that servers name; never their data.</summary>
    public Informer<PartialObjectMetadata> ConfigMaps => configMaps;

    /// <summary>The resourceVersion of a Secret that matters, as last seen; null otherwise.</summary>
    public string? SecretVersion(ObjectKey key) => VersionOf(secrets.Get(key), BySecret);

    /// <summary>The resourceVersion of a ConfigMap that matters, as last seen; null otherwise.</summary>
    public string? ConfigMapVersion(ObjectKey key) => VersionOf(configMaps.Get(key), ByConfigMap);

    /// <summary>The pods of one server.</summary>
    public IReadOnlyList<V1Pod> PodsOf(ObjectKey server) => pods.ByIndex(ByServer, server.ToString());

    /// <summary>The volume claims of one server, which a StatefulSet labels as it selects its pods.</summary>
    public IReadOnlyList<V1PersistentVolumeClaim> ClaimsOf(ObjectKey server) => claims.ByIndex(ByServer, server.ToString());

    /// <summary>Sets up the indexes and lets every change enqueue the servers that it matters to; call once, before the start.</summary>
    public void Feed(Controller controller)
    {
        servers.AddIndex(BySecret, static server => References.SecretsOf(server).Select(static key => key.ToString()));
        servers.AddIndex(ByConfigMap, static server => References.ConfigMapsOf(server).Select(static key => key.ToString()));
        pods.AddIndex(ByServer, static pod => OwnerOf(pod) is { } key ? [key.ToString()] : []);
        claims.AddIndex(ByServer, static claim => OwnerOf(claim) is { } key ? [key.ToString()] : []);
        controller
            .Watch(servers)
            .Watch(pods, static change => Owner(change.Object))
            .Watch(statefulSets, static change => Owner(change.Object))
            .Watch(services, static change => Owner(change.Object))
            .Watch(claims, static change => Owner(change.Object))
            .Watch(secrets, change => [.. Owner(change.Object), .. UsersOf(BySecret, change.Key)])
            .Watch(configMaps, change => UsersOf(ByConfigMap, change.Key));
    }

    /// <summary>Whether a Secret matters: it was made for a server, or one names it. All others are let go of as soon as they are seen.</summary>
    public static bool ConcernsSecret(IKubernetesObject secret, Informer<CyrusServer> servers) => Concerns(secret, servers, BySecret);

    /// <summary>Whether a ConfigMap matters, likewise.</summary>
    public static bool ConcernsConfigMap(IKubernetesObject map, Informer<CyrusServer> servers) => Concerns(map, servers, ByConfigMap);

    private static bool Concerns(IKubernetesObject item, Informer<CyrusServer> servers, string index) =>
        OwnerOf(item) is not null || servers.ByIndex(index, ObjectKey.Of(item).ToString()).Count > 0;

    private string? VersionOf(PartialObjectMetadata? seen, string index) =>
        seen is not null && Concerns(seen, servers, index) ? seen.Metadata.ResourceVersion : null;

    private IEnumerable<ObjectKey> UsersOf(string index, ObjectKey key) =>
        servers.ByIndex(index, key.ToString()).Select(static server => ObjectKey.Of(server));

    private static IEnumerable<ObjectKey> Owner(IKubernetesObject child) => OwnerOf(child) is { } key ? [key] : [];

    private static ObjectKey? OwnerOf(IKubernetesObject child) =>
        child.Metadata.Labels?.TryGetValue(AnnotationKeys.ServerLabel, out var name) == true
            ? new ObjectKey(child.Metadata.Namespace, name)
            : null;
}
