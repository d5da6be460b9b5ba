namespace Operator.Kubernetes.Api;

/// <summary>meta/v1 APIResourceList: what the API server offers in one group and version.</summary>
public sealed record V1ApiResourceList
{
    /// <summary>Group and version, such as <c>apps/v1</c>.</summary>
    public string? GroupVersion { get; init; }

    /// <summary>Resources and subresources. Never null.</summary>
    public IReadOnlyList<V1ApiResource> Resources { get; init => field = value ?? []; } = [];
}

/// <summary>meta/v1 APIResource.</summary>
public sealed record V1ApiResource
{
    /// <summary>The plural, such as <c>statefulsets</c>; with a subresource <c>statefulsets/scale</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The kind in CamelCase; a subresource has that of its body.</summary>
    public string? Kind { get; init; }

    /// <summary>API group of the kind where it is not that of the list, such as <c>policy</c> for pods/eviction.</summary>
    public string? Group { get; init; }

    /// <summary>Version of the kind where it is not that of the list.</summary>
    public string? Version { get; init; }

    /// <summary>Whether objects live in namespaces.</summary>
    public bool Namespaced { get; init; }

    /// <summary>What can be done with it, such as <c>get</c>, <c>list</c>, <c>watch</c>.</summary>
    public IReadOnlyList<string>? Verbs { get; init; }
}
