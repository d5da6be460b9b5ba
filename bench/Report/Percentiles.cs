namespace Report;

/// <summary>Values that were measured, in order. Pure.</summary>
public sealed class Percentiles
{
    private readonly double[] sorted;

    /// <summary>Sorts them.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Percentiles(IEnumerable<double> values)
    {
        sorted = [.. values.Order()];
        if (sorted.Length == 0)
            throw new ArgumentException("Nothing was measured.", nameof(values));
    }

    /// <summary>How many there are.</summary>
    public int Count => sorted.Length;

    /// <summary>The value that half of them do not exceed.</summary>
    public double Median => At(50);

    /// <summary>The largest.</summary>
    public double Max => sorted[^1];

    /// <summary>
    /// The smallest value that at least so many percent of all do not exceed (nearest rank): always one that was measured, and never better than the
    /// truth when there are few.
    /// </summary>
    public double At(double percent) => sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];
}
