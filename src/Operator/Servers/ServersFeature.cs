using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;
using Operator.Servers.Children;
using Operator.Servers.Inputs;
using Operator.Servers.Rollout;
using Operator.Servers.Status;

namespace Operator.Servers;

/// <summary>Everything that CyrusServers need, put together.</summary>
internal static class ServersFeature
{
    private const string Secrets = "secrets", ConfigMaps = "configmaps";

    /// <summary>Adds the controller of CyrusServers.</summary>
    /// <exception cref="InvalidOperationException">A required environment variable is missing.</exception>
    public static void AddServers(this WebApplicationBuilder builder)
    {
        var options = ServerOptions.From(builder.Configuration);
        builder.Services.AddSingleton(options);
        AddCaches(builder.Services, options);
        builder.Services.AddSingleton(static provider => new ObjectReader<V1Secret>(
            provider.GetRequiredService<IKubernetesClient>(), Resources.Secrets, provider.GetRequiredService<ServerCaches>().SecretVersion));
        builder.Services.AddSingleton(static provider => new ObjectReader<V1ConfigMap>(
            provider.GetRequiredService<IKubernetesClient>(), Resources.ConfigMaps, provider.GetRequiredService<ServerCaches>().ConfigMapVersion));
        builder.Services.AddSingleton<InputCollector>();
        builder.Services.AddSingleton<ReportKeys>();
        builder.Services.AddSingleton<BundlePublisher>();
        builder.Services.AddSingleton<ChildApplier>();
        builder.Services.AddSingleton<ClaimKeeper>();
        builder.Services.AddSingleton<ServerChildren>();
        builder.Services.AddSingleton<PodRequests>();
        builder.Services.AddSingleton<PodAnnotator>();
        builder.Services.AddSingleton<PodRestarter>();
        builder.Services.AddSingleton<RolloutRunner>();
        builder.Services.AddSingleton<StatusWriter>();
        builder.Services.AddSingleton(ReportFollower.Create);
        builder.Services.AddController<ServerReconciler>(new ControllerOptions { Name = "cyrusserver", Workers = 4 }, static (controller, provider) =>
        {
            provider.GetRequiredService<ServerCaches>().Feed(controller);
            provider.GetRequiredService<ReportFollower>().Changed = controller.Queue.Add;
        });
    }

    private static void AddCaches(IServiceCollection services, ServerOptions options)
    {
        var ours = new InformerOptions { Namespaces = options.WatchNamespaces, LabelSelector = Names.Selector };
        var all = new InformerOptions { Namespaces = options.WatchNamespaces };
        services.AddInformer(CyrusResources.Servers, _ => all);
        services.AddInformer(Resources.Pods, _ => ours);
        services.AddInformer(Resources.StatefulSets, _ => ours);
        services.AddInformer(Resources.Services, _ => ours);
        services.AddInformer(Resources.PersistentVolumeClaims, _ => all with { LabelSelector = AnnotationKeys.ServerLabel });
        services.AddInformer(Secrets, Resources.Secrets.MetadataOnly(), provider =>
        {
            var servers = provider.GetRequiredService<Informer<CyrusServer>>();
            return all with { Keep = secret => ServerCaches.ConcernsSecret(secret, servers), After = servers };
        });
        services.AddInformer(ConfigMaps, Resources.ConfigMaps.MetadataOnly(), provider =>
        {
            var servers = provider.GetRequiredService<Informer<CyrusServer>>();
            return all with { Keep = map => ServerCaches.ConcernsConfigMap(map, servers), After = servers };
        });
        services.AddSingleton(static provider => new ServerCaches(
            provider.GetRequiredService<Informer<CyrusServer>>(),
            provider.GetRequiredService<Informer<V1Pod>>(),
            provider.GetRequiredService<Informer<V1StatefulSet>>(),
            provider.GetRequiredService<Informer<V1Service>>(),
            provider.GetRequiredService<Informer<V1PersistentVolumeClaim>>(),
            provider.GetRequiredKeyedService<Informer<PartialObjectMetadata>>(Secrets),
            provider.GetRequiredKeyedService<Informer<PartialObjectMetadata>>(ConfigMaps)));
    }
}
