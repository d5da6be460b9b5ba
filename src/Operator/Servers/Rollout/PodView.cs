using System.Globalization;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Rollout;

/// <summary>One mail pod as a rollout sees it.</summary>
internal sealed record PodView
{
    private const string RevisionLabel = "controller-revision-hash";

    public required string Name { get; init; }

    /// <summary>Changes when the pod is replaced or one of its containers is restarted: what was known of it is then void.</summary>
    public required string Incarnation { get; init; }

    /// <summary>Of this very pod; one that takes its name has another.</summary>
    public string? Uid { get; init; }

    /// <summary>Where it runs.</summary>
    public string? Node { get; init; }

    public string? Ip { get; init; }

    public bool Ready { get; init; }

    /// <summary>Since when; null while it is not.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>Digest of what it was made from, as far as only a restart can change that.</summary>
    public string? RestartDigest { get; init; }

    /// <summary>The template that it was made from, by the name that the StatefulSet has for it.</summary>
    public string? Revision { get; init; }

    /// <summary>Since when it is known to have been asked for what it has not mounted yet.</summary>
    public DateTimeOffset? MountingSince { get; init; }

    /// <summary>The digest that its annotation asks for.</summary>
    public string? Annotated { get; init; }

    /// <summary>The number of that request.</summary>
    public long Nudge { get; init; }

    /// <summary>The last report of its sidecar, if one is known.</summary>
    public ReloadReport? Report { get; init; }

    /// <summary>What a pod cannot start for, in words; null while it starts or runs.</summary>
    public string? Trouble { get; init; }

    /// <summary>Whether the sidecar refused <paramref name="target"/> when last asked for it.</summary>
    public bool Refuses(string target) => IsAnswered && Report is { Phase: ReloadPhase.Failed } report && report.Rejected == target;

    /// <summary>Whether the pod was asked for <paramref name="target"/> and has proved it since.</summary>
    public bool Serves(string target) => Annotated == target && IsAnswered && Report!.IsHealthyFor(target);

    /// <summary>Whether the sidecar cannot make <paramref name="target"/> active without a restart of the pod.</summary>
    public bool NeedsRestartFor(string target) => IsAnswered && Report is { NeedsRestart: true } report && report.Desired == target;

    /// <summary>Whether the files that the last request is about are mounted, and the request with them.</summary>
    public bool HasMounted(string target) => IsAnswered && Report!.Mounted == target;

    /// <summary>Whether the report was made in sight of the last request: one made before it says nothing about what comes of it.</summary>
    private bool IsAnswered => Report is { } report && report.Nudge == Nudge;

    /// <summary>Reads a pod; <paramref name="report"/> finds the last report of an incarnation.</summary>
    public static PodView Of(V1Pod pod, Func<string, ReloadReport?> report)
    {
        var incarnation = IncarnationOf(pod);
        var ready = Conditions.Find(pod.Status?.Conditions ?? [], "Ready") is { Status: Conditions.True } condition ? condition : null;
        return new PodView
        {
            Name = pod.Metadata.Name!,
            Uid = pod.Metadata.Uid,
            Node = pod.Spec?.NodeName,
            Incarnation = incarnation,
            Ip = pod.Status?.Phase == "Running" && pod.Status.PodIP is { Length: > 0 } ip ? ip : null,
            Ready = ready is not null,
            ReadySince = ready?.LastTransitionTime,
            RestartDigest = Find(pod.Metadata.Annotations, AnnotationKeys.RestartDigest),
            Revision = Find(pod.Metadata.Labels, RevisionLabel),
            Annotated = Find(pod.Metadata.Annotations, AnnotationKeys.Digest),
            Nudge = long.TryParse(Find(pod.Metadata.Annotations, AnnotationKeys.Nudge), CultureInfo.InvariantCulture, out var nudge) ? nudge : 0,
            Report = report(incarnation),
            Trouble = TroubleOf(pod),
        };
    }

    private static string? Find(IDictionary<string, string>? values, string key) => values?.TryGetValue(key, out var value) == true ? value : null;

    private static string IncarnationOf(V1Pod pod)
    {
        var restarts = pod.Status?.ContainerStatuses?.OrderBy(static status => status.Name, StringComparer.Ordinal)
            .Select(static status => status.RestartCount) ?? [];
        return $"{pod.Metadata.Uid}/{string.Join('.', restarts)}";
    }

    private static string? TroubleOf(V1Pod pod)
    {
        var statuses = (pod.Status?.InitContainerStatuses ?? []).Concat(pod.Status?.ContainerStatuses ?? []);
        foreach (var status in statuses)
        {
            if (status.State?.Waiting is { Reason: { } reason and not ("ContainerCreating" or "PodInitializing") })
                return $"container {status.Name} is waiting: {reason}";
        }
        return null;
    }
}
