namespace Operator.Kubernetes.Api;

/// <summary>core/v1 Container.</summary>
public sealed record V1Container
{
    /// <summary>Unique in the pod.</summary>
    public required string Name { get; init; }

    /// <summary>What it runs.</summary>
    public string? Image { get; init; }

    /// <summary><c>Always</c>, <c>IfNotPresent</c> or <c>Never</c>.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>Instead of the image's entry point.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Instead of the image's arguments.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Where it starts.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>What it listens on; informational but for names.</summary>
    public IReadOnlyList<V1ContainerPort>? Ports { get; init; }

    /// <summary>Its environment.</summary>
    public IReadOnlyList<V1EnvVar>? Env { get; init; }

    /// <summary>What it gets.</summary>
    public V1ResourceRequirements? Resources { get; init; }

    /// <summary>What it sees of the volumes.</summary>
    public IReadOnlyList<V1VolumeMount>? VolumeMounts { get; init; }

    /// <summary>The other probes wait for it.</summary>
    public V1Probe? StartupProbe { get; init; }

    /// <summary>Restarted when it fails.</summary>
    public V1Probe? LivenessProbe { get; init; }

    /// <summary>Taken out of services when it fails.</summary>
    public V1Probe? ReadinessProbe { get; init; }

    /// <summary>Hooks.</summary>
    public V1Lifecycle? Lifecycle { get; init; }

    /// <summary><c>File</c> or <c>FallbackToLogsOnError</c>.</summary>
    public string? TerminationMessagePolicy { get; init; }

    /// <summary>What its processes may do.</summary>
    public V1SecurityContext? SecurityContext { get; init; }

    /// <summary><c>Always</c> on an init container makes it a native sidecar (Kubernetes 1.29 and later).</summary>
    public string? RestartPolicy { get; init; }
}

/// <summary>core/v1 ContainerPort.</summary>
public sealed record V1ContainerPort
{
    /// <summary>By which services and probes may name it; at most 15 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The port.</summary>
    public required int ContainerPort { get; init; }

    /// <summary>The node's port.</summary>
    public int? HostPort { get; init; }

    /// <summary><c>TCP</c> (default), <c>UDP</c> or <c>SCTP</c>. A key of the list: set it in server-side apply.</summary>
    public string? Protocol { get; init; }
}

/// <summary>core/v1 EnvVar.</summary>
public sealed record V1EnvVar
{
    /// <summary>The variable.</summary>
    public required string Name { get; init; }

    /// <summary>Its value.</summary>
    public string? Value { get; init; }

    /// <summary>Where its value comes from.</summary>
    public V1EnvVarSource? ValueFrom { get; init; }
}

/// <summary>core/v1 EnvVarSource: exactly one is set.</summary>
public sealed record V1EnvVarSource
{
    /// <summary>A field of the pod.</summary>
    public V1ObjectFieldSelector? FieldRef { get; init; }

    /// <summary>A key of a Secret.</summary>
    public V1KeySelector? SecretKeyRef { get; init; }

    /// <summary>A key of a ConfigMap.</summary>
    public V1KeySelector? ConfigMapKeyRef { get; init; }
}

/// <summary>core/v1 ObjectFieldSelector: a field of the pod.</summary>
public sealed record V1ObjectFieldSelector
{
    /// <summary><c>v1</c> by default.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Such as <c>metadata.name</c>, <c>metadata.annotations['key']</c>, <c>status.podIP</c>.</summary>
    public required string FieldPath { get; init; }
}

/// <summary>core/v1 SecretKeySelector and ConfigMapKeySelector.</summary>
public sealed record V1KeySelector
{
    /// <summary>The object.</summary>
    public string? Name { get; init; }

    /// <summary>The key in it.</summary>
    public required string Key { get; init; }

    /// <summary>It need not be there.</summary>
    public bool? Optional { get; init; }
}

/// <summary>core/v1 VolumeMount.</summary>
public sealed record V1VolumeMount
{
    /// <summary>The volume.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is seen.</summary>
    public required string MountPath { get; init; }

    /// <summary>It cannot be written to.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>A path in the volume instead of its root. Such a mount is never refreshed.</summary>
    public string? SubPath { get; init; }
}

/// <summary>core/v1 ResourceRequirements. Quantities are strings such as <c>100m</c>, <c>256Mi</c>.</summary>
public sealed record V1ResourceRequirements
{
    /// <summary>What is set aside.</summary>
    public IDictionary<string, string>? Requests { get; init; }

    /// <summary>What is never exceeded.</summary>
    public IDictionary<string, string>? Limits { get; init; }
}
