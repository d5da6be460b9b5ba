using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>core/v1 Event: something that happened to an object.</summary>
public sealed record CoreV1Event : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "v1"; } = "v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Event"; } = "Event";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>When it happened.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>When it happened first, in whole seconds.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When it happened last, in whole seconds.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>How often it happened.</summary>
    public int? Count { get; init; }

    /// <summary>Who says so, as kubectl shows it.</summary>
    public V1EventSource? Source { get; init; }

    /// <summary>Who says so: a qualified name.</summary>
    public string? ReportingComponent { get; init; }

    /// <summary>Which instance says so; at most 128 characters.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>What was done or tried; at most 128 characters.</summary>
    public string? Action { get; init; }

    /// <summary>Why, as one CamelCase word; at most 128 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>What it is about.</summary>
    public V1ObjectReference? InvolvedObject { get; init; }

    /// <summary>For people; at most 1 kB.</summary>
    public string? Message { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }
}

/// <summary>core/v1 EventSource.</summary>
public sealed record V1EventSource
{
    /// <summary>The program.</summary>
    public string? Component { get; init; }
}
