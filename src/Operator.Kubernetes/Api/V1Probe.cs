namespace Operator.Kubernetes.Api;

/// <summary>core/v1 Probe: how kubelet asks a container; one of the actions is set.</summary>
public sealed record V1Probe
{
    /// <summary>An HTTP request that must be answered with 2xx or 3xx.</summary>
    public V1HttpGetAction? HttpGet { get; init; }

    /// <summary>A port that must accept.</summary>
    public V1TcpSocketAction? TcpSocket { get; init; }

    /// <summary>A command that must exit with 0.</summary>
    public V1ExecAction? Exec { get; init; }

    /// <summary>Seconds before the first.</summary>
    public int? InitialDelaySeconds { get; init; }

    /// <summary>Seconds between two; 10 by default.</summary>
    public int? PeriodSeconds { get; init; }

    /// <summary>Seconds that one may take; 1 by default.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>So many successes make it good.</summary>
    public int? SuccessThreshold { get; init; }

    /// <summary>So many failures make it bad; 3 by default.</summary>
    public int? FailureThreshold { get; init; }
}

/// <summary>core/v1 HTTPGetAction.</summary>
public sealed record V1HttpGetAction
{
    /// <summary>Path and query.</summary>
    public string? Path { get; init; }

    /// <summary>Port, by number or by name.</summary>
    public IntOrString? Port { get; init; }

    /// <summary><c>HTTP</c> (default) or <c>HTTPS</c>.</summary>
    public string? Scheme { get; init; }

    /// <summary>The pod's address by default.</summary>
    public string? Host { get; init; }
}

/// <summary>core/v1 TCPSocketAction.</summary>
public sealed record V1TcpSocketAction
{
    /// <summary>Port, by number or by name.</summary>
    public IntOrString? Port { get; init; }

    /// <summary>The pod's address by default.</summary>
    public string? Host { get; init; }
}

/// <summary>core/v1 ExecAction.</summary>
public sealed record V1ExecAction
{
    /// <summary>Program and arguments; no shell.</summary>
    public IReadOnlyList<string>? Command { get; init; }
}

/// <summary>core/v1 Lifecycle.</summary>
public sealed record V1Lifecycle
{
    /// <summary>Right after the start.</summary>
    public V1LifecycleHandler? PostStart { get; init; }

    /// <summary>Before SIGTERM; counts into the grace period.</summary>
    public V1LifecycleHandler? PreStop { get; init; }
}

/// <summary>core/v1 LifecycleHandler.</summary>
public sealed record V1LifecycleHandler
{
    /// <summary>A command.</summary>
    public V1ExecAction? Exec { get; init; }

    /// <summary>An HTTP request.</summary>
    public V1HttpGetAction? HttpGet { get; init; }
}
