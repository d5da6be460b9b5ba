using System.Text.Json.Serialization;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;

namespace Operator.Entities.Servers;

/// <summary>The state of a Cyrus server as the operator last saw it.</summary>
public sealed record CyrusServerStatus
{
    /// <summary>The generation of the spec that this status speaks of.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>
    /// Ready (the pods accept mail sessions), RolloutHealthy (every pod serves the wanted configuration and the wire proves it),
    /// Progressing, Degraded, CertificateExpiring (what is served ends soon and was not renewed), and for kstatus Reconciling and Stalled.
    /// </summary>
    [ListMapKey("type")]
    public IReadOnlyList<V1Condition> Conditions { get; init => field = value ?? []; } = [];

    /// <summary>Pods that exist.</summary>
    public int Replicas { get; init; }

    /// <summary>Pods that are ready.</summary>
    public int ReadyReplicas { get; init; }

    /// <summary>Pods that serve the target, proved on the wire.</summary>
    public int HealthyReplicas { get; init; }

    /// <summary>Pods that a restart would change: they were made from an older template. Those that a change of the spec asks for are restarted one by one.</summary>
    public int OutdatedReplicas { get; init; }

    /// <summary>Label selector of the pods, for the scale subresource.</summary>
    public string? Selector { get; init; }

    /// <summary>SHA-256 of the configuration that is being served or rolled out.</summary>
    public string? TargetDigest { get; init; }

    /// <summary>SHA-256 of the configuration that was last proved on every pod.</summary>
    public string? HealthyDigest { get; init; }

    /// <summary>The first 12 characters of <see cref="HealthyDigest"/>, for the printed column.</summary>
    public string? Digest { get; init; }

    /// <summary>
    /// A configuration that failed in a pod; it is not tried again until the inputs change or the annotation <c>cyrus-operator.dev/retry</c> gets
    /// another value.
    /// </summary>
    public RejectedDigest? Rejected { get; init; }

    /// <summary>Sessions, over all pods, that still run under an older configuration. Unless spec.rollout.drain says otherwise they are never cut.</summary>
    public int Draining { get; init; }

    /// <summary>The served certificate that expires first, as seen on the wire.</summary>
    public CertificateStatus? Certificate { get; init; }

    /// <summary>The rollout under way or the last one.</summary>
    public RolloutStatus? LastRollout { get; init; }

    /// <summary>The pods.</summary>
    [ListMapKey("name")]
    public IReadOnlyList<PodStatus> Pods { get; init => field = value ?? []; } = [];
}

/// <summary>A configuration that a pod refused or could not prove.</summary>
public sealed record RejectedDigest
{
    /// <summary>Its digest.</summary>
    public required string Digest { get; init; }

    /// <summary>CamelCase word for the cause.</summary>
    public required string Reason { get; init; }

    /// <summary>The cause in a sentence, naming the pod.</summary>
    public required string Message { get; init; }

    /// <summary>Value of the annotation <c>cyrus-operator.dev/retry</c> at that time; absent when there was none.</summary>
    public string? Retry { get; init; }
}

/// <summary>A certificate as seen on the wire.</summary>
public sealed record CertificateStatus
{
    /// <summary>Subject of the leaf; absent when it has none, as is usual where all names are alternative names.</summary>
    public string? Subject { get; init; }

    /// <summary>SHA-256 of the leaf's DER form.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When it expires.</summary>
    [JsonConverter(typeof(KubernetesTime))]
    public required DateTimeOffset NotAfter { get; init; }
}

/// <summary>One change on its way through the pods.</summary>
public sealed record RolloutStatus
{
    /// <summary>What is rolled out.</summary>
    public required string Digest { get; init; }

    /// <summary>When its bundle was published.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When it was healthy on every pod, or given up.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public DateTimeOffset? CompletionTime { get; init; }

    /// <summary>InProgress, Healthy, RolledBack or Superseded.</summary>
    public required string Outcome { get; init; }

    /// <summary>The pod that took the change first.</summary>
    public string? Canary { get; init; }

    /// <summary>When the canary served it, proved; spec.rollout.soakSeconds count from then.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public DateTimeOffset? CanaryTime { get; init; }

    /// <summary>When a pod was last seen to get further.</summary>
    [JsonConverter(typeof(KubernetesMicroTime))]
    public DateTimeOffset? ProgressTime { get; init; }

    /// <summary>Seconds in each phase, the slowest pod's.</summary>
    public IReadOnlyDictionary<string, double>? PhaseSeconds { get; init; }
}

/// <summary>One pod.</summary>
public sealed record PodStatus
{
    /// <summary>The pod's name.</summary>
    public required string Name { get; init; }

    /// <summary>The node that it runs on.</summary>
    public string? Node { get; init; }

    /// <summary>Whether a restart would change it: it was made from an older template.</summary>
    public bool Outdated { get; init; }

    /// <summary>First 12 characters of the digest that it is known to serve.</summary>
    public string? Served { get; init; }

    /// <summary>What its sidecar is doing; absent while it cannot be asked.</summary>
    public ReloadPhase? Phase { get; init; }

    /// <summary>Idle workers older than the reload.</summary>
    public int Stale { get; init; }

    /// <summary>Sessions that still run under an older configuration.</summary>
    public int Draining { get; init; }

    /// <summary>Old sessions that were sent away since the last reload (spec.rollout.drain).</summary>
    public int Disconnected { get; init; }

    /// <summary>Sessions and jobs that the last signal to the master put at risk (spec.rollout.whenNotQuiet: Proceed).</summary>
    public int AtRisk { get; init; }

    /// <summary>Services whose every worker is in a session and that may have no more (maxChild), some for sessions of an older configuration.</summary>
    public IReadOnlyList<string>? SaturatedServices { get; init; }

    /// <summary>Changed options of imapd.conf, and services, that only a restart of the pod brings up to date.</summary>
    public IReadOnlyList<string>? PendingRestart { get; init; }

    /// <summary>SHA-256 of the leaf certificate seen on its listeners.</summary>
    public string? CertificateSha256 { get; init; }

    /// <summary>What is wrong, if something is.</summary>
    public string? Message { get; init; }
}
