namespace Operator.Kubernetes.Client;

/// <summary>What a list asks for.</summary>
public sealed record ListOptions
{
    /// <summary>Such as <c>app=cyrus,tier!=test</c>; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Such as <c>metadata.name=one</c>; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Items per page; null for all in one.</summary>
    public int? Limit { get; init; }

    /// <summary>Token of the page, from the one before.</summary>
    public string? Continue { get; init; }

    /// <summary>Null for the newest state; <c>0</c> for whatever the server has at hand.</summary>
    public string? ResourceVersion { get; init; }
}

/// <summary>What a watch asks for.</summary>
public sealed record WatchOptions
{
    /// <summary>As for a list.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>As for a list.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The version of the list, or of the last event: what happened after it is sent.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>
    /// After how many seconds the server shall end it. The default is random between 300 and 600, so that many watches do not
    /// start anew together.
    /// </summary>
    public int? TimeoutSeconds { get; init; }
}
