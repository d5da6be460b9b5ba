using System.Globalization;
using System.Text;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Client;

/// <summary>
/// Builds requests without any I/O (Kubernetes API concepts; the paths are the same from 1.16 on). A name that is missing or would
/// change the path throws <see cref="ArgumentException"/>: a GET or DELETE without its name would hit the whole collection.
/// </summary>
public static class ResourceRequests
{
    private const string Metadata = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    private const string MetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

    /// <summary>GET of one object.</summary>
    public static ApiRequest Get<T>(Resource<T> resource, ObjectKey key)
        where T : class, IKubernetesObject =>
        One(HttpMethod.Get, "get", resource, key, "", new Query());

    /// <summary>GET of one page of a collection.</summary>
    public static ApiRequest List<T>(Resource<T> resource, string? @namespace, ListOptions options)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(options);
        var query = new Query()
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("limit", options.Limit)
            .Add("continue", options.Continue)
            .Add("resourceVersion", options.ResourceVersion);
        return All(HttpMethod.Get, "list", resource, @namespace, query);
    }

    /// <summary>Watch of a collection, with bookmarks.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="namespace">Null for all.</param>
    /// <param name="options">Selectors and start.</param>
    /// <param name="timeoutSeconds">Used when the options name none.</param>
    public static ApiRequest Watch<T>(Resource<T> resource, string? @namespace, WatchOptions options, int timeoutSeconds)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(options);
        var query = new Query()
            .Add("watch", "true")
            .Add("allowWatchBookmarks", "true")
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("resourceVersion", options.ResourceVersion)
            .Add("timeoutSeconds", options.TimeoutSeconds ?? timeoutSeconds);
        // A watch asks for single objects as metadata, not for a list: that is what each of its events carries.
        var request = All(HttpMethod.Get, "watch", resource, @namespace, query);
        return resource.IsMetadataOnly ? request with { Accept = Metadata } : request;
    }

    /// <summary>POST to a collection.</summary>
    public static ApiRequest Create<T>(Resource<T> resource, string? @namespace)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        RequireNamespace(resource, @namespace);
        return All(HttpMethod.Post, "create", resource, @namespace, new Query()) with
        {
            Accept = resource.IsMetadataOnly ? Metadata : "application/json",
            ContentType = "application/json",
            IsIdempotent = false,
        };
    }

    /// <summary>Server-side apply with force. JSON is YAML, so JSON is sent under the media type that all versions know.</summary>
    public static ApiRequest Apply<T>(Resource<T> resource, ObjectKey key, string fieldManager)
        where T : class, IKubernetesObject =>
        One(HttpMethod.Patch, "apply", resource, key, "", Force(fieldManager)) with { ContentType = "application/apply-patch+yaml" };

    /// <summary>JSON patch of the status subresource.</summary>
    public static ApiRequest ReplaceStatus<T>(Resource<T> resource, ObjectKey key, string fieldManager)
        where T : class, IKubernetesObject =>
        One(HttpMethod.Patch, "replace status of", resource, key, "/status", new Query().Add("fieldManager", fieldManager)) with
        {
            ContentType = "application/json-patch+json",
        };

    /// <summary>JSON merge patch.</summary>
    public static ApiRequest MergePatch<T>(Resource<T> resource, ObjectKey key, string fieldManager)
        where T : class, IKubernetesObject =>
        One(HttpMethod.Patch, "patch", resource, key, "", new Query().Add("fieldManager", fieldManager)) with
        {
            ContentType = "application/merge-patch+json",
        };

    /// <summary>DELETE of one object; dependents go in the background.</summary>
    public static ApiRequest Delete<T>(Resource<T> resource, ObjectKey key)
        where T : class, IKubernetesObject =>
        One(HttpMethod.Delete, "delete", resource, key, "", new Query().Add("propagationPolicy", "Background"));

    private static Query Force(string fieldManager)
    {
        ArgumentException.ThrowIfNullOrEmpty(fieldManager);
        return new Query().Add("fieldManager", fieldManager).Add("force", "true");
    }

    private static ApiRequest One<T>(HttpMethod method, string verb, Resource<T> resource, ObjectKey key, string subresource, Query query)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        RequireNamespace(resource, key.Namespace);
        var path = $"{Collection(resource, key.Namespace)}/{Segment(key.Name, "name")}{subresource}{query}";
        return new ApiRequest(method, path, $"{verb} {resource.QualifiedName} {key}")
        {
            Accept = resource.IsMetadataOnly ? Metadata : "application/json",
            IsSensitive = resource.IsSensitive && method != HttpMethod.Get,
        };
    }

    private static ApiRequest All<T>(HttpMethod method, string verb, Resource<T> resource, string? @namespace, Query query)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        var where = @namespace is null ? "" : $" in {@namespace}";
        return new ApiRequest(method, Collection(resource, @namespace) + query, $"{verb} {resource.QualifiedName}{where}")
        {
            Accept = resource.IsMetadataOnly ? MetadataList : "application/json",
            IsSensitive = resource.IsSensitive && method != HttpMethod.Get,
        };
    }

    private static string Collection<T>(Resource<T> resource, string? @namespace)
        where T : class, IKubernetesObject
    {
        var root = resource.Group.Length == 0 ? $"/api/{resource.Version}" : $"/apis/{resource.Group}/{resource.Version}";
        return resource.Namespaced && @namespace is not null
            ? $"{root}/namespaces/{Segment(@namespace, "namespace")}/{resource.Plural}"
            : $"{root}/{resource.Plural}";
    }

    private static void RequireNamespace<T>(Resource<T> resource, string? @namespace)
        where T : class, IKubernetesObject
    {
        if (resource.Namespaced && string.IsNullOrEmpty(@namespace))
            throw new ArgumentException($"{resource.Kind} lives in a namespace, and none is given.", nameof(@namespace));
    }

    /// <summary>The API server's own rule for path segments (apimachinery IsValidPathSegmentName), and never empty.</summary>
    private static string Segment(string? value, string what)
    {
        if (string.IsNullOrEmpty(value) || value is "." or ".." || value.AsSpan().ContainsAny('/', '%'))
            throw new ArgumentException($"'{value}' cannot be a {what}.", what);
        return Uri.EscapeDataString(value);
    }

    private sealed class Query
    {
        private readonly StringBuilder text = new();

        public Query Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            return this;
        }

        public Query Add(string name, int? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

        public override string ToString() => text.ToString();
    }
}
