using System.Text.Json.Serialization;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Integrations;

/// <summary>JSON of foreign kinds, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(V1Certificate))]
[JsonSerializable(typeof(KubernetesList<V1Certificate>))]
[JsonSerializable(typeof(V1ServiceMonitor))]
[JsonSerializable(typeof(KubernetesList<V1ServiceMonitor>))]
internal sealed partial class IntegrationsJson : JsonSerializerContext;

/// <summary>Kinds of other projects. A cluster may be without them: ask discovery before they are used.</summary>
internal static class IntegrationResources
{
    /// <summary>Certificates of cert-manager.</summary>
    public static Resource<V1Certificate> Certificates { get; } = new(
        "cert-manager.io",
        "v1",
        "Certificate",
        "certificates",
        Namespaced: true,
        IntegrationsJson.Default.V1Certificate,
        IntegrationsJson.Default.KubernetesListV1Certificate);

    /// <summary>ServiceMonitors of the Prometheus operator.</summary>
    public static Resource<V1ServiceMonitor> ServiceMonitors { get; } = new(
        "monitoring.coreos.com",
        "v1",
        "ServiceMonitor",
        "servicemonitors",
        Namespaced: true,
        IntegrationsJson.Default.V1ServiceMonitor,
        IntegrationsJson.Default.KubernetesListV1ServiceMonitor);
}
