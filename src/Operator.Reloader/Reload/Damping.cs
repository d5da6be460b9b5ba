namespace Operator.Reloader.Reload;

/// <summary>
/// Holds back a generation that comes back again and again: two writers that fight over a Secret (cert-manager issue 4846) would otherwise have
/// the workers replaced without end. What is new is never held. Not thread-safe; what it knows is lost with the process, which is harmless.
/// </summary>
internal sealed class Damping(TimeProvider time)
{
    /// <summary>Returns within <see cref="Window"/> that are let through at once: someone who changes their mind.</summary>
    public const int Free = 3;

    /// <summary>The first hold; it doubles with each return.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>The longest hold.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>How long a return counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, long> _activeAt = [];
    private readonly Queue<long> _returns = [];
    private long? _lastActivation;

    /// <summary>Returns that count now.</summary>
    public int Returns
    {
        get
        {
            while (_returns.TryPeek(out var oldest) && time.GetElapsedTime(oldest) > Window)
                _returns.Dequeue();
            return _returns.Count;
        }
    }

    /// <summary>How long <paramref name="goal"/> is to be held back yet; zero when it may be activated.</summary>
    public TimeSpan Remaining(string goal)
    {
        if (!WasActive(goal) || Returns < Free || _lastActivation is not { } since)
            return TimeSpan.Zero;
        var hold = Shortest * Math.Pow(2, Math.Min(Returns - Free, 20));
        var left = (hold < Longest ? hold : Longest) - time.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Takes note of an activation.</summary>
    public void Activated(string digest)
    {
        var now = time.GetTimestamp();
        if (WasActive(digest))
            _returns.Enqueue(now);
        _activeAt[digest] = now;
        _lastActivation = now;
        foreach (var old in _activeAt.Where(entry => time.GetElapsedTime(entry.Value) > Window).Select(static entry => entry.Key).ToList())
            _activeAt.Remove(old);
    }

    private bool WasActive(string digest) => _activeAt.TryGetValue(digest, out var at) && time.GetElapsedTime(at) <= Window;
}
