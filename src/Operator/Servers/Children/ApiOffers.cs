using Operator.Integrations;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Children;

/// <summary>What the API server offers of that which not all do.</summary>
internal sealed record ApiOffers
{
    /// <summary>policy/v1, from Kubernetes 1.21 on.</summary>
    public bool PolicyV1 { get; init; }

    /// <summary>policy/v1beta1, up to Kubernetes 1.24.</summary>
    public bool PolicyV1Beta1 { get; init; }

    /// <summary>Certificates of cert-manager.</summary>
    public bool Certificates { get; init; }

    /// <summary>ServiceMonitors of the Prometheus operator.</summary>
    public bool ServiceMonitors { get; init; }

    /// <summary>
    /// A Service's loadBalancerClass. Fields cannot be discovered; this one came with the same version, Kubernetes 1.21, as policy/v1.
    /// </summary>
    public bool LoadBalancerClass => PolicyV1;

    /// <summary>Asks the API server, or what it said a moment ago.</summary>
    public static async Task<ApiOffers> ReadAsync(ApiDiscovery discovery, CancellationToken cancellationToken) => new()
    {
        PolicyV1 = await discovery.IsServedAsync(Resources.PodDisruptionBudgets, cancellationToken),
        PolicyV1Beta1 = await discovery.IsServedAsync(Resources.PodDisruptionBudgetsV1Beta1, cancellationToken),
        Certificates = await discovery.IsServedAsync(IntegrationResources.Certificates, cancellationToken),
        ServiceMonitors = await discovery.IsServedAsync(IntegrationResources.ServiceMonitors, cancellationToken),
    };
}
