using Microsoft.Extensions.DependencyInjection;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.SecondController;

/// <summary>Composes the operator of greetings: all that a second operator needs to say.</summary>
internal static class GreetingServices
{
    public static IServiceCollection AddGreetings(this IServiceCollection services) => services
        .AddKubernetes()
        .AddInformer(Greeting.Resource)
        .AddInformer("maps", Resources.ConfigMaps.MetadataOnly(), _ => new InformerOptions { LabelSelector = GreetingReconciler.Label })
        .AddController<GreetingReconciler>(new ControllerOptions { Name = "greetings" }, (controller, provider) => controller
            .Watch(provider.GetRequiredService<Informer<Greeting>>())
            .Watch(provider.GetRequiredKeyedService<Informer<PartialObjectMetadata>>("maps"), change => Owners(change.Object)));

    private static IEnumerable<ObjectKey> Owners(PartialObjectMetadata map) =>
        map.Metadata.Labels?.TryGetValue(GreetingReconciler.Label, out var name) == true ? [new ObjectKey(map.Metadata.Namespace, name)] : [];
}

/// <summary>Keeps one config map per greeting, whatever others do to it, and says in the status what it has seen.</summary>
internal sealed class GreetingReconciler(IKubernetesClient client, Informer<Greeting> greetings) : IReconciler
{
    public const string Label = "greetings.example.com/of";
    private const string Manager = "greetings";

    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (greetings.Get(key) is not { Metadata.DeletionTimestamp: null } greeting)
            return ReconcileResult.Done; // its config map goes with it: the garbage collector knows the owner
        await client.ApplyAsync(Resources.ConfigMaps, MapOf(greeting), Manager, cancellationToken);
        if (greeting.Status?.ObservedGeneration != greeting.Metadata.Generation)
            await client.ReplaceStatusAsync(Greeting.Resource, WithStatus(greeting), Manager, cancellationToken);
        return ReconcileResult.Done;
    }

    /// <summary>The config map of a greeting.</summary>
    public static V1ConfigMap MapOf(Greeting greeting) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Namespace = greeting.Metadata.Namespace,
            Name = $"greeting-{greeting.Metadata.Name}",
            Labels = new Dictionary<string, string> { [Label] = greeting.Metadata.Name! },
            OwnerReferences = [new V1OwnerReference
            {
                ApiVersion = greeting.ApiVersion!,
                Kind = greeting.Kind!,
                Name = greeting.Metadata.Name!,
                Uid = greeting.Metadata.Uid!,
                Controller = true,
            }],
        },
        Data = new Dictionary<string, string> { ["text"] = greeting.Spec.Text },
    };

    private static Greeting WithStatus(Greeting greeting) =>
        greeting with { Status = new GreetingStatus { ObservedGeneration = greeting.Metadata.Generation } };
}
