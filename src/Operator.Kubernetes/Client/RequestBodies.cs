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

    /// <summary>
    /// A JSON patch that puts the object's status in place of the one that is there; with a uid, only of that very object.
    /// </summary>
    public static byte[] StatusPatch<T>(Resource<T> resource, T body)
        where T : class, IKubernetesObject
    {
        var patch = new JsonArray();
        if (body.Metadata.Uid is { } uid)
            patch.Add((JsonNode)new JsonObject { ["op"] = "test", ["path"] = "/metadata/uid", ["value"] = uid });
        var status = ToObject(resource, body)["status"]?.DeepClone() ?? new JsonObject();
        patch.Add((JsonNode)new JsonObject { ["op"] = "add", ["path"] = "/status", ["value"] = status });
        return ToUtf8(patch);
    }

    /// <summary>How a deletion is meant.</summary>
    public static byte[] Delete(DeleteOptions options) =>
        JsonSerializer.SerializeToUtf8Bytes(ToBody(options), KubernetesJson.Default.V1DeleteOptions);

    /// <summary>The Eviction of a pod, in a version of the group <c>policy</c>.</summary>
    public static byte[] Eviction(ObjectKey pod, string version, DeleteOptions options) => ToUtf8(new JsonObject
    {
        ["apiVersion"] = $"policy/{version}",
        ["kind"] = "Eviction",
        ["metadata"] = new JsonObject { ["namespace"] = pod.Namespace, ["name"] = pod.Name },
        ["deleteOptions"] = JsonSerializer.SerializeToNode(ToBody(options), KubernetesJson.Default.V1DeleteOptions),
    });

    /// <summary>The JSON as bytes, written without the reflection-based serializer.</summary>
    public static byte[] ToUtf8(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            node.WriteTo(writer);
        return buffer.ToArray();
    }

    private static V1DeleteOptions ToBody(DeleteOptions options)
    {
        var isBound = options.Uid is not null || options.ResourceVersion is not null;
        return new V1DeleteOptions
        {
            PropagationPolicy = options.Propagation.ToString(),
            GracePeriodSeconds = options.GracePeriodSeconds,
            Preconditions = isBound ? new V1Preconditions { Uid = options.Uid, ResourceVersion = options.ResourceVersion } : null,
            DryRun = options.DryRun ? ["All"] : null,
        };
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
