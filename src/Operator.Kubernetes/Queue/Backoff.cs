namespace Operator.Kubernetes.Queue;

/// <summary>
/// How long to wait after so many failures in a row: doubled each time up to a limit, and never given up. Half of the time is left to
/// chance, so that what failed together does not come back together. No state and no clock.
/// </summary>
/// <param name="Initial">After the first failure; above zero.</param>
/// <param name="Max">Never longer than this.</param>
public sealed record Backoff(TimeSpan Initial, TimeSpan Max)
{
    /// <summary>5 ms to 16 min, as client-go's item limiter has it (5 ms to 1000 s).</summary>
    public static Backoff Default { get; } = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMinutes(16));

    /// <summary>The time to wait.</summary>
    /// <param name="failures">Failures in a row; one or fewer give <see cref="Initial"/>.</param>
    /// <param name="jitter">A random number from 0 to 1; 1 gives the full time, 0 half of it.</param>
    public TimeSpan After(int failures, double jitter)
    {
        // In floating point, where too many failures are infinity instead of an overflow.
        var full = Math.Min(Initial.TotalMilliseconds * Math.Pow(2, Math.Max(failures, 1) - 1), Max.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (0.5 * Math.Clamp(jitter, 0, 1))));
    }
}
