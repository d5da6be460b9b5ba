namespace Operator.Kubernetes.Api;

/// <summary>One page of a list.</summary>
/// <typeparam name="T">The items.</typeparam>
public sealed record KubernetesList<T>
{
    /// <summary>Group and version of the list.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind of the list, such as <c>PodList</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Where the list stands in time, and where its next page is. Never null.</summary>
    public V1ListMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>Never null: Go writes an empty list as null.</summary>
    public IReadOnlyList<T> Items { get; init => field = value ?? []; } = [];

    /// <summary>The version that a watch goes on from.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? ResourceVersion => Metadata.ResourceVersion;

    /// <summary>Token of the next page; null on the last one.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? Continue => string.IsNullOrEmpty(Metadata.Continue) ? null : Metadata.Continue;
}

/// <summary>meta/v1 ListMeta.</summary>
public sealed record V1ListMeta
{
    /// <summary>The version of the whole list; the same on each of its pages.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Token of the next page; null or empty on the last one. It expires after some minutes (410).</summary>
    public string? Continue { get; init; }

    /// <summary>How many items follow, when the server knows.</summary>
    public long? RemainingItemCount { get; init; }
}
