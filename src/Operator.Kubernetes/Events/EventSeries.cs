using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Events;

/// <summary>What is said about an object; the same again is the same series.</summary>
internal readonly record struct EventContent(EventSubject About, EventType Type, string Reason, string Action, string Note);

/// <summary>What an event is about, whatever version of it.</summary>
internal readonly record struct EventSubject(string? ApiVersion, string? Kind, string? Namespace, string? Name, string? Uid)
{
    /// <summary>The object's.</summary>
    public static EventSubject Of(IKubernetesObject about) => new(
        about.ApiVersion,
        about.Kind,
        string.IsNullOrEmpty(about.Metadata.Namespace) ? null : about.Metadata.Namespace,
        about.Metadata.Name,
        about.Metadata.Uid);
}

/// <summary>An event as it shall be now; nothing changes it.</summary>
/// <param name="Content">What is said.</param>
/// <param name="Suffix">Makes its name unique: lower-case letters and digits.</param>
/// <param name="First">When it happened first.</param>
/// <param name="Last">When it happened last.</param>
/// <param name="Count">How often.</param>
internal sealed record EventState(EventContent Content, string Suffix, DateTimeOffset First, DateTimeOffset Last, int Count);
