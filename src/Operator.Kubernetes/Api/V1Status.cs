namespace Operator.Kubernetes.Api;

/// <summary>meta/v1 Status: how the API server says that a request failed.</summary>
public sealed record V1Status
{
    /// <summary><c>v1</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary><c>Status</c>.</summary>
    public string? Kind { get; init; }

    /// <summary><c>Success</c> or <c>Failure</c>.</summary>
    public string? Status { get; init; }

    /// <summary>For people.</summary>
    public string? Message { get; init; }

    /// <summary>For programs, such as <c>NotFound</c>, <c>AlreadyExists</c>, <c>Conflict</c>, <c>Expired</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>HTTP status code.</summary>
    public int? Code { get; init; }

    /// <summary>What the failure is about.</summary>
    public V1StatusDetails? Details { get; init; }
}

/// <summary>meta/v1 StatusDetails.</summary>
public sealed record V1StatusDetails
{
    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }

    /// <summary>API group of the object.</summary>
    public string? Group { get; init; }

    /// <summary>Kind or resource of the object.</summary>
    public string? Kind { get; init; }

    /// <summary>Wait this many seconds before another try.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The single reasons.</summary>
    public IReadOnlyList<V1StatusCause>? Causes { get; init; }
}

/// <summary>meta/v1 StatusCause.</summary>
public sealed record V1StatusCause
{
    /// <summary>For programs, such as <c>FieldValueInvalid</c>, <c>FieldManagerConflict</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>For people.</summary>
    public string? Message { get; init; }

    /// <summary>The field, such as <c>spec.replicas</c>.</summary>
    public string? Field { get; init; }
}
