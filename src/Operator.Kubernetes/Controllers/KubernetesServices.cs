using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Events;
using Operator.Kubernetes.Informers;
using Operator.Kubernetes.Leadership;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Controllers;

/// <summary>Composes an operator. Everything is said explicitly; nothing is scanned for.</summary>
/// <example>
/// <code>
/// services.AddKubernetes();
/// services.AddInformer(Resources.Pods, _ => new InformerOptions { LabelSelector = "app=mail" });
/// services.AddInformer("secrets", Resources.Secrets.MetadataOnly());
/// services.AddController&lt;MailReconciler&gt;(new ControllerOptions { Name = "mail" }, (controller, provider) => controller
///     .Watch(provider.GetRequiredService&lt;Informer&lt;V1Pod>>(), change => KeysOfOwners(change))
///     .Watch(provider.GetRequiredKeyedService&lt;Informer&lt;PartialObjectMetadata>>("secrets"), change => KeysOfUsers(change)));
/// </code>
/// </example>
public static class KubernetesServices
{
    /// <summary>
    /// The client, the event recorder, the metrics, and the host of informers and controllers. A <see cref="KubernetesClientConfig"/>, a
    /// <see cref="TimeProvider"/> or an <see cref="IKubernetesClient"/> that is registered before is used.
    /// </summary>
    public static IServiceCollection AddKubernetes(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => KubernetesClientConfig.Default());
        services.TryAddSingleton<RuntimeMetrics>();
        services.TryAddSingleton<IKubernetesClient>(Client);
        services.TryAddSingleton(provider => new ApiDiscovery(
            provider.GetRequiredService<IKubernetesClient>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => new EventReporter(
            provider.GetService<IHostEnvironment>()?.ApplicationName ?? AppDomain.CurrentDomain.FriendlyName, Environment.MachineName));
        services.TryAddSingleton<EventRecorder>();
        services.TryAddSingleton<ControllerHost>();
        // The recorder first: hosted services stop in reverse order, and controllers have something to say while they drain.
        services.AddHostedService(provider => provider.GetRequiredService<EventRecorder>());
        services.AddHostedService(provider => provider.GetRequiredService<ControllerHost>());
        return services;
    }

    /// <summary>
    /// The controllers work only while this process leads; informers run always. Needs <c>get</c>, <c>create</c> and <c>patch</c> on leases
    /// in the Lease's namespace.
    /// </summary>
    /// <param name="services">The collection.</param>
    /// <param name="options">Name and namespace of the Lease.</param>
    public static IServiceCollection AddLeaderElection(
        this IServiceCollection services, Func<IServiceProvider, LeaderElectionOptions> options) =>
        services.AddSingleton(provider => new LeaderElector(
            options(provider),
            provider.GetRequiredService<IKubernetesClient>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LeaderElector>>(),
            provider.GetRequiredService<RuntimeMetrics>()));

    /// <summary>An informer, to be had as <see cref="Informer{T}"/>; the host runs it.</summary>
    /// <param name="services">The collection.</param>
    /// <param name="resource">The kind.</param>
    /// <param name="options">Namespace and selectors; null for all objects.</param>
    /// <exception cref="InvalidOperationException">There is one of this type: give it a key.</exception>
    public static IServiceCollection AddInformer<T>(
        this IServiceCollection services, Resource<T> resource, Func<IServiceProvider, InformerOptions>? options = null)
        where T : class, IKubernetesObject
    {
        RequireNew<T>(services, null);
        services.AddSingleton(provider => Create(provider, resource, options));
        services.AddSingleton<IInformer>(provider => provider.GetRequiredService<Informer<T>>());
        return services;
    }

    /// <summary>The same as a keyed service, for several informers of one type, such as metadata-only ones.</summary>
    /// <param name="services">The collection.</param>
    /// <param name="key">By which <c>GetRequiredKeyedService</c> finds it.</param>
    /// <param name="resource">The kind.</param>
    /// <param name="options">Namespace and selectors; null for all objects.</param>
    /// <exception cref="InvalidOperationException">There is one of this type and key.</exception>
    public static IServiceCollection AddInformer<T>(
        this IServiceCollection services, string key, Resource<T> resource, Func<IServiceProvider, InformerOptions>? options = null)
        where T : class, IKubernetesObject
    {
        RequireNew<T>(services, key);
        services.AddKeyedSingleton(key, (provider, _) => Create(provider, resource, options));
        services.AddSingleton<IInformer>(provider => provider.GetRequiredKeyedService<Informer<T>>(key));
        return services;
    }

    /// <summary>A controller with its reconciler, which is a singleton; the host runs it.</summary>
    /// <param name="services">The collection.</param>
    /// <param name="options">Name, workers and times.</param>
    /// <param name="watches">Says what fills its queue.</param>
    public static IServiceCollection AddController<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TReconciler>(
        this IServiceCollection services, ControllerOptions options, Action<Controller, IServiceProvider> watches)
        where TReconciler : class, IReconciler
    {
        services.TryAddSingleton<TReconciler>();
        return services.AddSingleton(provider =>
        {
            var controller = new Controller(
                options,
                provider.GetRequiredService<TReconciler>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<Controller>>(),
                provider.GetRequiredService<RuntimeMetrics>());
            watches(controller, provider);
            return controller;
        });
    }

    private static KubernetesClient Client(IServiceProvider provider)
    {
        var config = provider.GetRequiredService<KubernetesClientConfig>();
        var time = provider.GetRequiredService<TimeProvider>();
        var metrics = provider.GetRequiredService<RuntimeMetrics>();
        return new KubernetesClient(config, time, new RequestTelemetry(metrics, time, HttpHandlers.Create(config)));
    }

    private static Informer<T> Create<T>(IServiceProvider provider, Resource<T> resource, Func<IServiceProvider, InformerOptions>? options)
        where T : class, IKubernetesObject => new(
            provider.GetRequiredService<IKubernetesClient>(),
            resource,
            options?.Invoke(provider) ?? new InformerOptions(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Informer<T>>>());

    private static void RequireNew<T>(IServiceCollection services, string? key)
        where T : class, IKubernetesObject
    {
        if (services.Any(one => one.ServiceType == typeof(Informer<T>) && Equals(one.ServiceKey, key)))
            throw new InvalidOperationException($"There is an informer of {typeof(T).Name} with the key '{key}': give this one another.");
    }
}
