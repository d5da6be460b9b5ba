namespace RuntimeBench;

/// <summary>How much of everything.</summary>
/// <param name="Widgets">Custom resources.</param>
/// <param name="Secrets">Secrets that are nobody's.</param>
/// <param name="Updates">Changes to the custom resources while they are followed.</param>
/// <param name="IdleSeconds">How long it is looked whether anything is asked while nothing happens.</param>
internal sealed record Scale(int Widgets, int Secrets, int Updates, int IdleSeconds)
{
    /// <summary>What the documentation's figures are from.</summary>
    public static Scale Full { get; } = new(10_000, 30_000, 10_000, 60);

    /// <summary>To see that it works.</summary>
    public static Scale Quick { get; } = new(1_000, 2_000, 1_000, 5);
}
