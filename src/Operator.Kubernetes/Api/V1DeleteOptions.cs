namespace Operator.Kubernetes.Api;

/// <summary>meta/v1 DeleteOptions: the body of a deletion.</summary>
public sealed record V1DeleteOptions
{
    /// <summary><c>v1</c>.</summary>
    public string ApiVersion { get; init; } = "v1";

    /// <summary><c>DeleteOptions</c>.</summary>
    public string Kind { get; init; } = "DeleteOptions";

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Seconds that the object has to end in; the kind's default when null.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>What must hold for the object to be deleted.</summary>
    public V1Preconditions? Preconditions { get; init; }

    /// <summary><c>All</c>: nothing is really deleted.</summary>
    public IReadOnlyList<string>? DryRun { get; init; }
}

/// <summary>meta/v1 Preconditions: 409 when one does not hold.</summary>
public sealed record V1Preconditions
{
    /// <summary>The very object that is meant.</summary>
    public string? Uid { get; init; }

    /// <summary>The version of it that is meant.</summary>
    public string? ResourceVersion { get; init; }
}
