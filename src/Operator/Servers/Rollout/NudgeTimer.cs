namespace Operator.Servers.Rollout;

/// <summary>
/// When a pod is nudged again because kubelet raced and mounted the older Secret. Holds only what would be re-learnt after a
/// restart. Not for concurrent use with the same pod; the work queue sees to that.
/// </summary>
internal sealed class NudgeTimer
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Entry> entries = new(StringComparer.Ordinal);

    private sealed record Entry(string Digest, DateTimeOffset Due, TimeSpan Delay);

    /// <summary>Says how long the pod still has to mount <paramref name="digest"/>; zero when it is to be nudged now.</summary>
    public TimeSpan Remaining(string incarnation, string digest, DateTimeOffset now)
    {
        var entry = entries.GetOrAdd(incarnation, _ => new(digest, now + First, First));
        if (entry.Digest != digest)
            entries[incarnation] = entry = new(digest, now + First, First);
        return entry.Due > now ? entry.Due - now : TimeSpan.Zero;
    }

    /// <summary>Notes that the pod was nudged; the next time comes after twice the delay.</summary>
    public void Nudged(string incarnation, string digest, DateTimeOffset now)
    {
        var delay = entries.TryGetValue(incarnation, out var entry) && entry.Digest == digest ? entry.Delay * 2 : First;
        delay = delay > Longest ? Longest : delay;
        entries[incarnation] = new(digest, now + delay, delay);
    }

    /// <summary>Forgets a pod that is there, or gone.</summary>
    public void Forget(string incarnation) => entries.TryRemove(incarnation, out _);
}
