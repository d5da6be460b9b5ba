using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Events;

/// <summary>
/// Builds events that the API server accepts (limits: kubernetes pkg/apis/core/validation/events.go), and what changes in them.
/// </summary>
internal static class EventDraft
{
    private const int MaxNote = 1024;
    private const int MaxWord = 128;
    private const int MaxNamePrefix = 230;

    /// <summary>The event in events.k8s.io/v1.</summary>
    public static EventsV1Event Build(EventReporter reporter, EventState state) => new()
    {
        Metadata = Metadata(state),
        EventTime = state.First,
        Series = state.Count < 2 ? null : SeriesOf(state),
        ReportingController = reporter.Controller,
        ReportingInstance = Cut(reporter.Instance, MaxWord),
        Action = Cut(state.Content.Action, MaxWord),
        Reason = Cut(state.Content.Reason, MaxWord),
        Regarding = Reference(state.Content.About),
        Note = Cut(state.Content.Note, MaxNote),
        Type = TypeOf(state),
    };

    /// <summary>The same in core/v1.</summary>
    public static CoreV1Event BuildCore(EventReporter reporter, EventState state) => new()
    {
        Metadata = Metadata(state),
        EventTime = state.First,
        FirstTimestamp = state.First,
        LastTimestamp = state.Last,
        Count = state.Count,
        Source = new V1EventSource { Component = reporter.Controller },
        ReportingComponent = reporter.Controller,
        ReportingInstance = Cut(reporter.Instance, MaxWord),
        Action = Cut(state.Content.Action, MaxWord),
        Reason = Cut(state.Content.Reason, MaxWord),
        InvolvedObject = Reference(state.Content.About),
        Message = Cut(state.Content.Note, MaxNote),
        Type = TypeOf(state),
    };

    /// <summary>It happened again, in events.k8s.io/v1.</summary>
    public static JsonObject Repeat(EventState state) => new()
    {
        ["series"] = JsonSerializer.SerializeToNode(SeriesOf(state), KubernetesJson.Default.EventsV1Series),
    };

    /// <summary>The same in core/v1.</summary>
    public static JsonObject RepeatCore(EventState state) => new()
    {
        ["count"] = state.Count,
        ["lastTimestamp"] = state.Last.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };

    /// <summary>Namespace and name. Events about cluster-scoped objects live in the default namespace.</summary>
    public static ObjectKey Key(EventState state) =>
        new(state.Content.About.Namespace ?? "default", $"{Prefix(state.Content.About.Name ?? "unknown")}.{state.Suffix}");

    private static V1ObjectMeta Metadata(EventState state) => new() { Namespace = Key(state).Namespace, Name = Key(state).Name };

    private static V1ObjectReference Reference(EventSubject about) => new()
    {
        ApiVersion = about.ApiVersion,
        Kind = about.Kind,
        Name = about.Name,
        Namespace = about.Namespace,
        Uid = about.Uid,
    };

    private static string TypeOf(EventState state) => state.Content.Type == EventType.Warning ? "Warning" : "Normal";

    private static EventsV1Series SeriesOf(EventState state) => new() { Count = state.Count, LastObservedTime = state.Last };

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
}
