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
    private const string Secrets = "secrets";

    /// <summary>Adds the controller of CyrusServers.</summary>
    /// <exception cref="InvalidOperationException">A required environment variable is missing.</exception>
    public static void AddServers(this WebApplicationBuilder builder)
    {
        var options = ServerOptions.From(builder.Configuration);
        builder.Services.AddSingleton(options);
        AddCaches(builder.Services, options);
        builder.Services.AddSingleton<SecretReader>();
        builder.Services.AddSingleton<InputCollector>();
        builder.Services.AddSingleton<BundlePublisher>();
        builder.Services.AddSingleton<ChildApplier>();
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
        var ours = new InformerOptions { Namespace = options.WatchNamespace, LabelSelector = Names.Selector };
        var all = new InformerOptions { Namespace = options.WatchNamespace };
        services.AddInformer(CyrusResources.Servers, _ => all);
        services.AddInformer(Resources.Pods, _ => ours);
        services.AddInformer(Resources.StatefulSets, _ => ours);
        services.AddInformer(Resources.Services, _ => ours);
        services.AddInformer(Secrets, Resources.Secrets.MetadataOnly(), provider =>
        {
            var servers = provider.GetRequiredService<Informer<CyrusServer>>();
            return all with { Keep = secret => ServerCaches.Concerns(secret, servers), After = servers };
        });
        services.AddSingleton(static provider => new ServerCaches(
            provider.GetRequiredService<Informer<CyrusServer>>(),
            provider.GetRequiredService<Informer<V1Pod>>(),
            provider.GetRequiredService<Informer<V1StatefulSet>>(),
            provider.GetRequiredService<Informer<V1Service>>(),
            provider.GetRequiredKeyedService<Informer<PartialObjectMetadata>>(Secrets)));
    }
}
