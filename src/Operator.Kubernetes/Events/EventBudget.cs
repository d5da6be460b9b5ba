namespace Operator.Kubernetes.Events;

/// <summary>
/// How many writes the events about one object may cost: a burst, and then one each few minutes (client-go tools/record/events_cache.go:
/// 25, and one per 300 s). No clock.
/// </summary>
internal sealed class EventBudget
{
    /// <summary>Writes at once.</summary>
    public const int Burst = 25;

    /// <summary>One more after each of these.</summary>
    public static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);

    private double tokens = Burst;
    private TimeSpan at;

    /// <summary>Takes one write from it.</summary>
    /// <param name="now">On any clock that never goes back.</param>
    /// <returns>False when there is none left.</returns>
    public bool TryTake(TimeSpan now)
    {
        tokens = Math.Min(Burst, tokens + ((now - at) / Refill));
        at = now;
        if (tokens < 1)
            return false;
        tokens--;
        return true;
    }

    /// <summary>It has not been used for so long that it is as good as new.</summary>
    public bool IsFull(TimeSpan now) => tokens + ((now - at) / Refill) >= Burst;
}
