using System.Text.Json;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Tests.Admission;

/// <summary>Questions as the API server puts them.</summary>
internal static class Review
{
    public static V1AdmissionRequest Creation(CyrusServer server) => Question("CREATE", server, null);

    public static V1AdmissionRequest Update(CyrusServer old, CyrusServer updated) => Question("UPDATE", updated, old);

    public static JsonElement Json(CyrusServer server) => JsonSerializer.SerializeToElement(server, EntitiesJson.Default.CyrusServer);

    public static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    /// <summary>The whole review, as it comes over HTTP.</summary>
    public static string Body(V1AdmissionRequest request)
    {
        var review = new V1AdmissionReview { ApiVersion = V1AdmissionReview.Version, Kind = "AdmissionReview", Request = request };
        return JsonSerializer.Serialize(review, KubernetesJson.Default.V1AdmissionReview);
    }

    private static V1AdmissionRequest Question(string operation, CyrusServer server, CyrusServer? old) => new()
    {
        Uid = "705ab4f5-6393-11e8-b7cc-42010a800002",
        Kind = new V1GroupVersionKind { Group = CyrusServer.Group, Version = CyrusServer.Version, Kind = "CyrusServer" },
        Operation = operation,
        Object = Json(server),
        OldObject = old is null ? null : Json(old),
    };
}
