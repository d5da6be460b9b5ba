using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Api;

/// <summary>events.k8s.io/v1 Event (KEP 383): the same objects as core/v1 events, with series instead of counts.</summary>
public sealed record EventsV1Event : IKubernetesObject
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init => field = value ?? "events.k8s.io/v1"; } = "events.k8s.io/v1";

    /// <inheritdoc/>
    public string? Kind { get; init => field = value ?? "Event"; } = "Event";

    /// <inheritdoc/>
    public V1ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>When it happened first.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>That it happened again; null while it did not.</summary>
    public EventsV1Series? Series { get; init; }

    /// <summary>Who says so: a qualified name.</summary>
    public string? ReportingController { get; init; }

    /// <summary>Which instance says so; at most 128 characters.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>What was done or tried; at most 128 characters.</summary>
    public string? Action { get; init; }

    /// <summary>Why, as one CamelCase word; at most 128 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>What it is about.</summary>
    public V1ObjectReference? Regarding { get; init; }

    /// <summary>For people; at most 1 kB.</summary>
    public string? Note { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }
}

/// <summary>events.k8s.io/v1 EventSeries.</summary>
public sealed record EventsV1Series
{
    /// <summary>How often it happened; at least two.</summary>
    public required int Count { get; init; }

    /// <summary>When it happened last.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public required DateTimeOffset LastObservedTime { get; init; }
}
