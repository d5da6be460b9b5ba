using System.Text;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Events;

/// <summary>
/// Builds events that the API server accepts (limits: kubernetes pkg/apis/core/validation/events.go). They are core/v1 events, because
/// `kubectl describe` sorts by lastTimestamp, and events.k8s.io/v1 refuses an event that has one.
/// </summary>
internal static class EventDraft
{
    private const int MaxNote = 1024;
    private const int MaxWord = 128;
    private const int MaxNamePrefix = 230;

    /// <summary>The event.</summary>
    /// <param name="reporter">Who says it.</param>
    /// <param name="about">What it is about.</param>
    /// <param name="said">What is said.</param>
    /// <param name="now">When.</param>
    /// <param name="suffix">Makes its name unique: lower-case letters and digits.</param>
    public static CoreV1Event Build(
        EventReporter reporter, V1ObjectReference about, in Said said, DateTimeOffset now, string suffix) => new()
        {
            Metadata = new V1ObjectMeta
            {
                // Events about cluster-scoped objects live in the default namespace.
                Namespace = about.Namespace ?? "default",
                Name = $"{Prefix(about.Name ?? "unknown")}.{suffix}",
            },
            EventTime = now,
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = 1,
            Source = new V1EventSource { Component = reporter.Controller },
            ReportingComponent = reporter.Controller,
            ReportingInstance = Cut(reporter.Instance, MaxWord),
            Action = Cut(said.Action, MaxWord),
            Reason = Cut(said.Reason, MaxWord),
            InvolvedObject = about,
            Message = Cut(said.Note, MaxNote),
            Type = said.Type == EventType.Warning ? "Warning" : "Normal",
        };

    /// <summary>A reference to an object.</summary>
    public static V1ObjectReference Reference(IKubernetesObject about) => new()
    {
        ApiVersion = about.ApiVersion,
        Kind = about.Kind,
        Name = about.Metadata.Name,
        Namespace = string.IsNullOrEmpty(about.Metadata.Namespace) ? null : about.Metadata.Namespace,
        Uid = about.Metadata.Uid,
        ResourceVersion = about.Metadata.ResourceVersion,
    };

    private static string Prefix(string name) => name.Length <= MaxNamePrefix ? name : name[..MaxNamePrefix].TrimEnd('-', '.');

    /// <summary>At most so many bytes of UTF-8, which is what the API server counts, and no half character.</summary>
    private static string Cut(string text, int limit)
    {
        if (Encoding.UTF8.GetByteCount(text) <= limit)
            return text;
        var kept = new StringBuilder();
        var bytes = 3;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > limit)
                break;
            kept.Append(rune.ToString());
        }
        return kept.Append("...").ToString();
    }

    /// <summary>What is said about an object.</summary>
    internal readonly record struct Said(EventType Type, string Reason, string Action, string Note);
}
