using System.Security.Cryptography;
using System.Text.Json;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Children;

/// <summary>What of an object can differ from what is wanted, in short.</summary>
internal static class ChildVersion
{
    /// <summary>
    /// Of a kind that counts them, changes of the spec and of what we set in the metadata: the resourceVersion of a StatefulSet changes with its
    /// status, too. Of any other the resourceVersion.
    /// </summary>
    public static string Of(V1ObjectMeta live)
    {
        if (live.Generation is not { } generation)
            return live.ResourceVersion ?? "";
        var set = new V1ObjectMeta
        {
            Name = live.Uid,
            Generation = generation,
            Labels = Sorted(live.Labels),
            Annotations = Sorted(live.Annotations),
            OwnerReferences = live.OwnerReferences,
        };
        return Hash(JsonSerializer.SerializeToUtf8Bytes(set, KubernetesJson.Default.V1ObjectMeta));
    }

    /// <summary>SHA-256 in hexadecimal.</summary>
    public static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static SortedDictionary<string, string>? Sorted(IDictionary<string, string>? values) =>
        values is null ? null : new SortedDictionary<string, string>(values, StringComparer.Ordinal);
}
