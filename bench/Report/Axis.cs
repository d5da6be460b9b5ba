using System.Globalization;

namespace Report;

/// <summary>One direction of a plot: from which value to which, and where it is marked. Pure.</summary>
/// <param name="Ticks">The marks, in order; the first and the last are the ends.</param>
/// <param name="IsLogarithmic">Whether equal factors are equally far apart.</param>
public sealed record Axis(IReadOnlyList<double> Ticks, bool IsLogarithmic)
{
    private const int FewestSteps = 4;

    /// <summary>From nothing to at least the largest value, in steps of 1, 2, 2.5 or 5 times a power of ten.</summary>
    public static Axis Linear(double largest)
    {
        var rough = (largest > 0 ? largest : 1) / FewestSteps;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((double[])[10, 5, 2.5, 2, 1]).First(factor => factor * power <= rough * 1.0000001);
        var count = (int)Math.Ceiling((largest / step) - 1e-9);
        return new Axis([.. Enumerable.Range(0, Math.Max(count, 1) + 1).Select(index => Round(index * step, step))], IsLogarithmic: false);
    }

    /// <summary>Marked at the values that were measured, as 10, 100 and 1,000.</summary>
    /// <exception cref="ArgumentException">One is not above zero, or there are not two of them.</exception>
    public static Axis Logarithmic(IEnumerable<double> values)
    {
        double[] ticks = [.. values.Distinct().Order()];
        if (ticks.Length < 2 || ticks[0] <= 0)
            throw new ArgumentException("A logarithmic axis needs two values above zero.", nameof(values));
        return new Axis(ticks, IsLogarithmic: true);
    }

    /// <summary>How far along a value is: 0 at the first tick, 1 at the last.</summary>
    public double At(double value) => (Scale(value) - Scale(Ticks[0])) / (Scale(Ticks[^1]) - Scale(Ticks[0]));

    /// <summary>A tick in words.</summary>
    public static string Label(double tick) => tick >= 10_000 && tick % 1000 == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{tick / 1000:#,0}k")
        : tick.ToString("#,0.###", CultureInfo.InvariantCulture);

    private double Scale(double value) => IsLogarithmic ? Math.Log10(value) : value;

    // 3 * 0.1 is not 0.3: to the digits of the step.
    private static double Round(double value, double step) => Math.Round(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(step)), 0, 15));
}
