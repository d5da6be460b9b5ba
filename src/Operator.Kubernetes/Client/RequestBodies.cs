using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>Bodies of writes, built fresh: nothing that only the server sets is ever sent back to it.</summary>
internal static class RequestBodies
{
    private static readonly string[] s_setByServer =
        ["resourceVersion", "uid", "managedFields", "creationTimestamp", "deletionTimestamp", "generation", "selfLink"];

    /// <summary>The object without its status.</summary>
    public static byte[] Whole<T>(Resource<T> resource, T body)
        where T : class, IKubernetesObject
    {
        var root = ToObject(resource, body);
        root.Remove("status");
        return ToUtf8(root);
    }

    /// <summary>Who it is, and its status: applying labels or a spec here would make them the status manager's.</summary>
    public static byte[] StatusOnly<T>(Resource<T> resource, T body)
        where T : class, IKubernetesObject
    {
        var whole = ToObject(resource, body);
        var metadata = new JsonObject { ["name"] = body.Metadata.Name };
        if (body.Metadata.Namespace is { } space)
            metadata["namespace"] = space;
        return ToUtf8(new JsonObject
        {
            ["apiVersion"] = resource.ApiVersion,
            ["kind"] = resource.Kind,
            ["metadata"] = metadata,
            ["status"] = whole["status"]?.DeepClone(),
        });
    }

    /// <summary>The JSON as bytes, written without the reflection-based serializer.</summary>
    public static byte[] ToUtf8(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            node.WriteTo(writer);
        return buffer.ToArray();
    }

    private static JsonObject ToObject<T>(Resource<T> resource, T body)
        where T : class, IKubernetesObject
    {
        var root = JsonSerializer.SerializeToNode(body, resource.Json)?.AsObject() ?? [];
        // The resource decides, not the object: PartialObjectMetadata and objects out of a list carry another kind or none.
        root["apiVersion"] = resource.ApiVersion;
        root["kind"] = resource.Kind;
        if (root["metadata"] is JsonObject metadata)
        {
            foreach (var name in s_setByServer)
                metadata.Remove(name);
        }
        return root;
    }
}
