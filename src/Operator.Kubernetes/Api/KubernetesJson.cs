using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>JSON of the API types, generated at build time: names in camelCase, null left out, unknown members ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(V1Status))]
[JsonSerializable(typeof(V1Pod))]
[JsonSerializable(typeof(KubernetesList<V1Pod>))]
[JsonSerializable(typeof(V1Secret))]
[JsonSerializable(typeof(KubernetesList<V1Secret>))]
[JsonSerializable(typeof(V1ConfigMap))]
[JsonSerializable(typeof(KubernetesList<V1ConfigMap>))]
[JsonSerializable(typeof(V1Service))]
[JsonSerializable(typeof(KubernetesList<V1Service>))]
[JsonSerializable(typeof(V1StatefulSet))]
[JsonSerializable(typeof(KubernetesList<V1StatefulSet>))]
[JsonSerializable(typeof(V1PersistentVolumeClaim))]
[JsonSerializable(typeof(KubernetesList<V1PersistentVolumeClaim>))]
[JsonSerializable(typeof(V1ServiceAccount))]
[JsonSerializable(typeof(KubernetesList<V1ServiceAccount>))]
[JsonSerializable(typeof(V1PodDisruptionBudget))]
[JsonSerializable(typeof(KubernetesList<V1PodDisruptionBudget>))]
[JsonSerializable(typeof(V1NetworkPolicy))]
[JsonSerializable(typeof(KubernetesList<V1NetworkPolicy>))]
[JsonSerializable(typeof(V1Namespace))]
[JsonSerializable(typeof(KubernetesList<V1Namespace>))]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(KubernetesList<V1Lease>))]
[JsonSerializable(typeof(CoreV1Event))]
[JsonSerializable(typeof(KubernetesList<CoreV1Event>))]
[JsonSerializable(typeof(EventsV1Event))]
[JsonSerializable(typeof(KubernetesList<EventsV1Event>))]
[JsonSerializable(typeof(V1Scale))]
[JsonSerializable(typeof(KubernetesList<V1Scale>))]
[JsonSerializable(typeof(V1DeleteOptions))]
[JsonSerializable(typeof(V1ApiResourceList))]
[JsonSerializable(typeof(PartialObjectMetadata))]
[JsonSerializable(typeof(KubernetesList<PartialObjectMetadata>))]
public sealed partial class KubernetesJson : JsonSerializerContext;
