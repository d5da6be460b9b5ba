using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Entities.Servers;

/// <summary>JSON of the resources, generated at build time. As for the API server, <c>Spec</c> is not <c>spec</c>.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNameCaseInsensitive = false,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CyrusServer))]
[JsonSerializable(typeof(KubernetesList<CyrusServer>))]
public sealed partial class EntitiesJson : JsonSerializerContext;

/// <summary>The resources of this API group, as the client knows them.</summary>
public static class CyrusResources
{
    /// <summary>CyrusServers.</summary>
    public static Resource<CyrusServer> Servers { get; } = new(
        CyrusServer.Group,
        CyrusServer.Version,
        "CyrusServer",
        "cyrusservers",
        Namespaced: true,
        EntitiesJson.Default.CyrusServer,
        EntitiesJson.Default.KubernetesListCyrusServer);
}
