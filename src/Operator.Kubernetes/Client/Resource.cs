using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>Where the API server keeps a kind and how its JSON is read: all that a request needs to know.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version, such as <c>v1</c>.</param>
/// <param name="Kind">The kind in CamelCase.</param>
/// <param name="Plural">The kind in URLs, such as <c>statefulsets</c>.</param>
/// <param name="Namespaced">Whether objects live in namespaces.</param>
/// <param name="Json">Generated JSON metadata of the kind.</param>
/// <param name="ListJson">Generated JSON metadata of its list.</param>
public sealed record Resource<T>(
    string Group,
    string Version,
    string Kind,
    string Plural,
    bool Namespaced,
    JsonTypeInfo<T> Json,
    JsonTypeInfo<KubernetesList<T>> ListJson)
    where T : class, IKubernetesObject
{
    /// <summary>Group and version as objects carry them: <c>apps/v1</c>, or <c>v1</c> in the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Ask for the metadata only; the API server then never sends the content.</summary>
    public bool IsMetadataOnly { get; init; }

    /// <summary>
    /// <c>status</c> or <c>scale</c> when only that part is meant, which can be read and patched; empty for the whole object.
    /// </summary>
    public string Subresource { get; init; } = "";

    /// <summary>
    /// Objects hold secrets. The API server quotes bodies that it cannot decode, so what it says to a refused write is then not
    /// taken over into an <see cref="ApiException"/>.
    /// </summary>
    public bool IsSensitive { get; init; }

    /// <summary>The plural with its group, as RBAC and error messages name it: <c>statefulsets.apps</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The status subresource: a patch of it changes the status and nothing else, and a patch of the rest never does.</summary>
    public Resource<T> Status() => this with { Subresource = "status" };

    /// <summary>The scale subresource, which has the same form for each kind that can be scaled.</summary>
    public Resource<V1Scale> Scale() => new(
        Group, Version, Kind, Plural, Namespaced, KubernetesJson.Default.V1Scale, KubernetesJson.Default.KubernetesListV1Scale)
    { Subresource = "scale" };

    /// <summary>The same resource, of which only the metadata is read: what an informer on Secrets should use.</summary>
    public Resource<PartialObjectMetadata> MetadataOnly() => new(
        Group,
        Version,
        Kind,
        Plural,
        Namespaced,
        KubernetesJson.Default.PartialObjectMetadata,
        KubernetesJson.Default.KubernetesListPartialObjectMetadata)
    { IsMetadataOnly = true, IsSensitive = IsSensitive };
}
