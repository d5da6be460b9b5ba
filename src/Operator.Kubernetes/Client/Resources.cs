using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>The built-in kinds that an operator uses.</summary>
public static class Resources
{
    private static KubernetesJson Json => KubernetesJson.Default;

    /// <summary>core/v1 pods.</summary>
    public static Resource<V1Pod> Pods { get; } = new("", "v1", "Pod", "pods", true, Json.V1Pod, Json.KubernetesListV1Pod);

    /// <summary>core/v1 secrets.</summary>
    public static Resource<V1Secret> Secrets { get; } =
        new("", "v1", "Secret", "secrets", true, Json.V1Secret, Json.KubernetesListV1Secret) { IsSensitive = true };

    /// <summary>core/v1 configmaps.</summary>
    public static Resource<V1ConfigMap> ConfigMaps { get; } =
        new("", "v1", "ConfigMap", "configmaps", true, Json.V1ConfigMap, Json.KubernetesListV1ConfigMap);

    /// <summary>core/v1 services.</summary>
    public static Resource<V1Service> Services { get; } =
        new("", "v1", "Service", "services", true, Json.V1Service, Json.KubernetesListV1Service);

    /// <summary>core/v1 persistentvolumeclaims.</summary>
    public static Resource<V1PersistentVolumeClaim> PersistentVolumeClaims { get; } =
        new(
            "",
            "v1",
            "PersistentVolumeClaim",
            "persistentvolumeclaims",
            true,
            Json.V1PersistentVolumeClaim,
            Json.KubernetesListV1PersistentVolumeClaim);

    /// <summary>core/v1 serviceaccounts.</summary>
    public static Resource<V1ServiceAccount> ServiceAccounts { get; } =
        new("", "v1", "ServiceAccount", "serviceaccounts", true, Json.V1ServiceAccount, Json.KubernetesListV1ServiceAccount);

    /// <summary>policy/v1 poddisruptionbudgets, from Kubernetes 1.21 on.</summary>
    public static Resource<V1PodDisruptionBudget> PodDisruptionBudgets { get; } =
        new(
            "policy",
            "v1",
            "PodDisruptionBudget",
            "poddisruptionbudgets",
            true,
            Json.V1PodDisruptionBudget,
            Json.KubernetesListV1PodDisruptionBudget);

    /// <summary>policy/v1beta1 poddisruptionbudgets, up to Kubernetes 1.24.</summary>
    public static Resource<V1PodDisruptionBudget> PodDisruptionBudgetsV1Beta1 { get; } = PodDisruptionBudgets with { Version = "v1beta1" };

    /// <summary>networking.k8s.io/v1 networkpolicies.</summary>
    public static Resource<V1NetworkPolicy> NetworkPolicies { get; } =
        new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true, Json.V1NetworkPolicy, Json.KubernetesListV1NetworkPolicy);

    /// <summary>core/v1 namespaces.</summary>
    public static Resource<V1Namespace> Namespaces { get; } =
        new("", "v1", "Namespace", "namespaces", false, Json.V1Namespace, Json.KubernetesListV1Namespace);

    /// <summary>apps/v1 statefulsets.</summary>
    public static Resource<V1StatefulSet> StatefulSets { get; } =
        new("apps", "v1", "StatefulSet", "statefulsets", true, Json.V1StatefulSet, Json.KubernetesListV1StatefulSet);

    /// <summary>coordination.k8s.io/v1 leases.</summary>
    public static Resource<V1Lease> Leases { get; } =
        new("coordination.k8s.io", "v1", "Lease", "leases", true, Json.V1Lease, Json.KubernetesListV1Lease);

    /// <summary>core/v1 events.</summary>
    public static Resource<CoreV1Event> Events { get; } =
        new("", "v1", "Event", "events", true, Json.CoreV1Event, Json.KubernetesListCoreV1Event);

    /// <summary>events.k8s.io/v1 events, from Kubernetes 1.19 on.</summary>
    public static Resource<EventsV1Event> EventsV1 { get; } =
        new("events.k8s.io", "v1", "Event", "events", true, Json.EventsV1Event, Json.KubernetesListEventsV1Event);

    /// <summary>admissionregistration.k8s.io/v1 validatingwebhookconfigurations.</summary>
    public static Resource<V1ValidatingWebhookConfiguration> ValidatingWebhookConfigurations { get; } =
        new(
            "admissionregistration.k8s.io",
            "v1",
            "ValidatingWebhookConfiguration",
            "validatingwebhookconfigurations",
            false,
            Json.V1ValidatingWebhookConfiguration,
            Json.KubernetesListV1ValidatingWebhookConfiguration);
}
