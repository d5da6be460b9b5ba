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
        One(HttpMethod.Get, "get", resource, key, new Query());

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
    public static ApiRequest Create<T>(Resource<T> resource, string? @namespace, WriteOptions options)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        RequireNamespace(resource, @namespace);
        return All(HttpMethod.Post, "create", resource, @namespace, Write(options)) with
        {
            Accept = resource.IsMetadataOnly ? Metadata : "application/json",
            ContentType = "application/json",
            IsIdempotent = false,
        };
    }

    /// <summary>Server-side apply. JSON is YAML, so JSON is sent under the media type that all versions know.</summary>
    public static ApiRequest Apply<T>(Resource<T> resource, ObjectKey key, WriteOptions options)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.FieldManager);
        RequireWhole(resource);
        return One(HttpMethod.Patch, "apply", resource, key, Write(options).Add("force", options.Force ? "true" : "false")) with
        {
            ContentType = "application/apply-patch+yaml",
        };
    }

    /// <summary>JSON patch of the status subresource.</summary>
    public static ApiRequest ReplaceStatus<T>(Resource<T> resource, ObjectKey key, WriteOptions options)
        where T : class, IKubernetesObject
    {
        RequireWhole(resource);
        return One(HttpMethod.Patch, "patch", resource.Status(), key, Write(options)) with { ContentType = "application/json-patch+json" };
    }

    /// <summary>JSON merge patch, also of a subresource.</summary>
    public static ApiRequest MergePatch<T>(Resource<T> resource, ObjectKey key, WriteOptions options)
        where T : class, IKubernetesObject =>
        One(HttpMethod.Patch, "patch", resource, key, Write(options)) with { ContentType = "application/merge-patch+json" };

    /// <summary>DELETE of one object; how it is meant is in its body.</summary>
    public static ApiRequest Delete<T>(Resource<T> resource, ObjectKey key)
        where T : class, IKubernetesObject
    {
        RequireWhole(resource);
        return One(HttpMethod.Delete, "delete", resource, key, new Query()) with { ContentType = "application/json" };
    }

    /// <summary>Evicts a pod: deletes it as far as its PodDisruptionBudget allows it.</summary>
    public static ApiRequest Evict(ObjectKey pod) =>
        One(HttpMethod.Post, "create", Resources.Pods with { Subresource = "eviction" }, pod, new Query()) with
        {
            ContentType = "application/json",
            IsIdempotent = false,
        };

    /// <summary>GET of what the server offers in a group and version: the list that all versions have, aggregated or not.</summary>
    /// <param name="group">API group; empty for the core group.</param>
    /// <param name="version">API version, such as <c>v1</c>.</param>
    public static ApiRequest Discover(string group, string version)
    {
        ArgumentNullException.ThrowIfNull(group);
        var root = Root(group.Length == 0 ? "" : Segment(group, "group"), Segment(version, "version"));
        return new ApiRequest(HttpMethod.Get, root) { Verb = "discover", Resource = root.TrimStart('/') };
    }

    private static Query Write(WriteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Query().Add("fieldManager", options.FieldManager).Add("dryRun", options.DryRun ? "All" : null);
    }

    private static ApiRequest One<T>(HttpMethod method, string verb, Resource<T> resource, ObjectKey key, Query query)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        RequireNamespace(resource, key.Namespace);
        var part = resource.Subresource.Length == 0 ? "" : $"/{resource.Subresource}";
        return Any(method, verb, resource, $"{Collection(resource, key.Namespace)}/{Segment(key.Name, "name")}{part}{query}") with
        {
            Target = key.ToString(),
            Accept = resource.IsMetadataOnly ? Metadata : "application/json",
        };
    }

    private static ApiRequest All<T>(HttpMethod method, string verb, Resource<T> resource, string? @namespace, Query query)
        where T : class, IKubernetesObject
    {
        RequireWhole(resource);
        return Any(method, verb, resource, Collection(resource, @namespace) + query) with
        {
            Target = @namespace is null ? "" : $"in {@namespace}",
            Accept = resource.IsMetadataOnly ? MetadataList : "application/json",
        };
    }

    private static ApiRequest Any<T>(HttpMethod method, string verb, Resource<T> resource, string pathAndQuery)
        where T : class, IKubernetesObject => new(method, pathAndQuery)
        {
            Verb = verb,
            Resource = resource.QualifiedName,
            Subresource = resource.Subresource,
            IsSensitive = resource.IsSensitive && method != HttpMethod.Get,
        };

    private static string Collection<T>(Resource<T> resource, string? @namespace)
        where T : class, IKubernetesObject
    {
        var root = Root(resource.Group, resource.Version);
        return resource.Namespaced && @namespace is not null
            ? $"{root}/namespaces/{Segment(@namespace, "namespace")}/{resource.Plural}"
            : $"{root}/{resource.Plural}";
    }

    private static string Root(string group, string version) => group.Length == 0 ? $"/api/{version}" : $"/apis/{group}/{version}";

    private static void RequireWhole<T>(Resource<T> resource)
        where T : class, IKubernetesObject
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Subresource.Length > 0)
            throw new ArgumentException($"{resource.QualifiedName}/{resource.Subresource} can be read and patched only.", nameof(resource));
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
