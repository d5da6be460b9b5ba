using System.Collections.Concurrent;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Rollout;

/// <summary>
/// What was last asked of each pod, and when to ask again because kubelet raced and mounted the older Secret. Holds only what would be
/// re-learnt after a restart. Not for concurrent use with the same pod; the work queue sees to that.
/// </summary>
internal sealed class PodRequests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private sealed record Entry(ObjectKey Server, string Digest, long Nudge, bool IsSeen, DateTimeOffset Since, DateTimeOffset Due, TimeSpan Delay);

    /// <summary>
    /// The pod with the newest request that is known, and since when it was asked for the same: the watch may still lag behind our own last write, and a report that answers the
    /// request before it must not be taken for an answer to this one.
    /// </summary>
    public PodView Newest(PodView seen)
    {
        if (!entries.TryGetValue(seen.Incarnation, out var entry))
            return seen;
        var newest = seen with { MountingSince = entry.Since };
        if (entry.IsSeen)
            return newest;
        if (seen.Nudge < entry.Nudge)
            return newest with { Annotated = entry.Digest, Nudge = entry.Nudge };
        entries[seen.Incarnation] = entry with { IsSeen = true };
        return newest;
    }

    /// <summary>Says how long the pod still has to mount <paramref name="digest"/>; zero when it is to be asked again now.</summary>
    public TimeSpan Remaining(ObjectKey server, PodView pod, string digest, DateTimeOffset now)
    {
        // An operator before this one asked; the pod gets its time from now on.
        var entry = entries.GetOrAdd(pod.Incarnation, _ => new(server, digest, pod.Nudge, IsSeen: true, now, now + First, First));
        return entry.Due > now ? entry.Due - now : TimeSpan.Zero;
    }

    /// <summary>Notes that the pod was asked; when it is asked the same again, it gets twice the time.</summary>
    public void Asked(ObjectKey server, PodView pod, string digest, long nudge, DateTimeOffset now)
    {
        var isAgain = entries.TryGetValue(pod.Incarnation, out var last) && last.Digest == digest && pod.Annotated == digest;
        var delay = isAgain ? last!.Delay * 2 : First;
        delay = delay > Longest ? Longest : delay;
        entries[pod.Incarnation] = new(server, digest, nudge, IsSeen: false, isAgain ? last!.Since : now, now + delay, delay);
    }

    /// <summary>Forgets the pods of the server that <paramref name="existing"/> does not name.</summary>
    public void Keep(ObjectKey server, IReadOnlyCollection<PodView> existing)
    {
        foreach (var (incarnation, entry) in entries)
        {
            if (entry.Server == server && existing.All(pod => pod.Incarnation != incarnation))
                entries.TryRemove(incarnation, out _);
        }
    }
}
