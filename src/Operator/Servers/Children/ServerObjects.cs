using Operator.Entities.Servers;
using Operator.Integrations;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Servers.Rendering;

namespace Operator.Servers.Children;

/// <summary>All objects that a server shall have, as far as the API server knows their kinds. Its Secret, which changes with its inputs, is not among them.</summary>
internal static class ServerObjects
{
    /// <summary>What the inputs come from.</summary>
    public static IEnumerable<IChild> Sources(CyrusServer server, ApiOffers offers)
    {
        if (offers.Certificates)
        {
            var certificate = Of(server, IntegrationResources.Certificates, Names.Certificate(server), IntegrationBuilder.BuildCertificate(server));
            // Its Secret stays, also where cert-manager makes it a dependent: it may hold what is being served.
            yield return certificate with { Propagation = PropagationPolicy.Orphan };
        }
    }

    /// <summary>The others, in the order in which they need each other.</summary>
    /// <param name="server">The server.</param>
    /// <param name="statefulSet">Its StatefulSet, which depends on more than the spec.</param>
    /// <param name="offers">What the API server knows.</param>
    public static IEnumerable<IChild> All(CyrusServer server, V1StatefulSet statefulSet, ApiOffers offers)
    {
        yield return Of(server, Resources.ServiceAccounts, Names.ServiceAccount(server), PolicyBuilder.BuildServiceAccount(server));
        // What runs goes on being reached while the new listeners cannot be.
        if ((SpecRules.CheckServices(server) ?? ClientServiceRules.Check(server)) is null)
        {
            foreach (var child in OfListeners(server, offers))
                yield return child;
        }
        if (offers.PolicyV1 || offers.PolicyV1Beta1)
        {
            var resource = offers.PolicyV1 ? Resources.PodDisruptionBudgets : Resources.PodDisruptionBudgetsV1Beta1;
            yield return Of(server, resource, Names.PodDisruptionBudget(server), PolicyBuilder.BuildDisruptionBudget(server));
        }
        yield return Of(server, Resources.StatefulSets, Names.StatefulSet(server), statefulSet);
        if (offers.ServiceMonitors)
        {
            var monitor = IntegrationBuilder.BuildServiceMonitor(server);
            yield return Of(server, IntegrationResources.ServiceMonitors, Names.ServiceMonitor(server), monitor);
        }
    }

    /// <summary>What is wanted and left out because the API server does not know it.</summary>
    public static IEnumerable<string> NotServed(CyrusServer server, ApiOffers offers)
    {
        if (!offers.PolicyV1 && !offers.PolicyV1Beta1)
            yield return "Kind PodDisruptionBudget (policy)";
        if (!offers.ServiceMonitors && server.Spec.Monitoring.ServiceMonitor)
            yield return "Kind ServiceMonitor (monitoring.coreos.com/v1), which spec.monitoring.serviceMonitor asks for,";
        if (!offers.LoadBalancerClass && server.Spec.Service.LoadBalancerClass is not null)
            yield return "Field loadBalancerClass of Services, which spec.service.loadBalancerClass asks for,";
    }

    /// <summary>An issuer needs cert-manager: without it there would never be a certificate.</summary>
    public static InputProblem? CheckSources(CyrusServer server, ApiOffers offers) =>
        server.Spec.Tls?.IssuerRef is null || offers.Certificates
            ? null
            : new("CertManagerMissing", "spec.tls.issuerRef needs cert-manager, but the API server does not know kind Certificate (cert-manager.io/v1)");

    private static IEnumerable<IChild> OfListeners(CyrusServer server, ApiOffers offers)
    {
        yield return Of(server, Resources.Services, Names.HeadlessService(server), ServiceBuilder.BuildHeadless(server));
        yield return Of(server, Resources.Services, Names.Service(server), ServiceBuilder.Build(server, offers.LoadBalancerClass));
        var policy = PolicyBuilder.BuildNetworkPolicy(server, offers.ServiceMonitors && server.Spec.Monitoring.ServiceMonitor);
        yield return Of(server, Resources.NetworkPolicies, Names.NetworkPolicy(server), policy);
    }

    private static Child<T> Of<T>(CyrusServer server, Resource<T> resource, string name, T? wanted)
        where T : class, IKubernetesObject => new(resource, new ObjectKey(server.Metadata.Namespace, name), wanted);
}
