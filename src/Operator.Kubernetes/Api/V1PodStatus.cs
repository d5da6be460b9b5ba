using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>core/v1 PodStatus.</summary>
public sealed record V1PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string? Phase { get; init; }

    /// <summary>Null until the network is set up.</summary>
    public string? PodIP { get; init; }

    /// <summary>Address of the node.</summary>
    public string? HostIP { get; init; }

    /// <summary>Why it is in this phase, such as <c>Evicted</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The same for people.</summary>
    public string? Message { get; init; }

    /// <summary>When kubelet took it.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? StartTime { get; init; }

    /// <summary><c>Ready</c>, <c>ContainersReady</c>, <c>PodScheduled</c> ...</summary>
    public IReadOnlyList<V1Condition>? Conditions { get; init; }

    /// <summary>In the order of the spec.</summary>
    public IReadOnlyList<V1ContainerStatus>? InitContainerStatuses { get; init; }

    /// <summary>In no order.</summary>
    public IReadOnlyList<V1ContainerStatus>? ContainerStatuses { get; init; }
}

/// <summary>core/v1 ContainerStatus.</summary>
public sealed record V1ContainerStatus
{
    /// <summary>The container's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its readiness probe holds.</summary>
    public bool Ready { get; init; }

    /// <summary>Its startup probe has held.</summary>
    public bool? Started { get; init; }

    /// <summary>How often it was started again.</summary>
    public int RestartCount { get; init; }

    /// <summary>What it runs, as the runtime names it.</summary>
    public string? Image { get; init; }

    /// <summary>What it runs, by digest.</summary>
    public string? ImageID { get; init; }

    /// <summary><c>runtime://id</c>; another after each restart.</summary>
    public string? ContainerID { get; init; }

    /// <summary>What it does now.</summary>
    public V1ContainerState? State { get; init; }

    /// <summary>What it did before its last restart.</summary>
    public V1ContainerState? LastState { get; init; }
}

/// <summary>core/v1 ContainerState: at most one is set.</summary>
public sealed record V1ContainerState
{
    /// <summary>Not yet started.</summary>
    public V1ContainerStateWaiting? Waiting { get; init; }

    /// <summary>Running.</summary>
    public V1ContainerStateRunning? Running { get; init; }

    /// <summary>Ended.</summary>
    public V1ContainerStateTerminated? Terminated { get; init; }
}

/// <summary>core/v1 ContainerStateWaiting.</summary>
public sealed record V1ContainerStateWaiting
{
    /// <summary>Such as <c>ImagePullBackOff</c>, <c>CrashLoopBackOff</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The same for people.</summary>
    public string? Message { get; init; }
}

/// <summary>core/v1 ContainerStateRunning.</summary>
public sealed record V1ContainerStateRunning
{
    /// <summary>When it was started.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>core/v1 ContainerStateTerminated.</summary>
public sealed record V1ContainerStateTerminated
{
    /// <summary>Of its first process.</summary>
    public int ExitCode { get; init; }

    /// <summary>That ended it.</summary>
    public int? Signal { get; init; }

    /// <summary>Such as <c>Completed</c>, <c>Error</c>, <c>OOMKilled</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The termination message.</summary>
    public string? Message { get; init; }

    /// <summary>When it was started.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? FinishedAt { get; init; }
}
