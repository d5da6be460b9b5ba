using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Operator.Admission;

/// <summary>
/// Finds what the deserializer takes for a text or an object and what is none. The API server lets no such null through (the CRD's schema has no nullable
/// field), but whoever reaches the webhook's port may send one. Pure.
/// </summary>
internal static class Nulls
{
    // Of the pod, what is handed on to the API server as it is.
    private static readonly string[] Foreign = ["affinity", "tolerations", "topologySpreadConstraints"];

    /// <summary>The path of the first null in the spec, such as <c>spec.services[0]</c>, or null. The spec's own fields may be null: they have defaults.</summary>
    public static string? Find(JsonElement server) =>
        server.TryGetProperty("spec", out var spec) && spec.ValueKind == JsonValueKind.Object
            ? spec.EnumerateObject().Where(static field => field.Value.ValueKind != JsonValueKind.Null)
                .Select(static field => Find(field.Value, "spec." + NameOf(field))).FirstOrDefault(static found => found is not null)
            : null;

    private static string? Find(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Null => path,
        JsonValueKind.Array => element.EnumerateArray().Select((item, index) => Find(item, $"{path}[{index}]")).FirstOrDefault(static found => found is not null),
        JsonValueKind.Object => element.EnumerateObject().Where(static field => !Foreign.Contains(NameOf(field)))
            .Select(field => Find(field.Value, $"{path}.{NameOf(field)}")).FirstOrDefault(static found => found is not null),
        _ => null,
    };

    // As it is written: what is no UTF-8 has a name as well.
    private static string NameOf(JsonProperty field) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(field));
}
