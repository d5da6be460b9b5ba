namespace OperatorBench;

/// <summary>How much of everything.</summary>
internal sealed record Scale
{
    /// <summary>Numbers of servers; each stage adds to the one before.</summary>
    public required IReadOnlyList<int> Servers { get; init; }

    /// <summary>How many of them share one Secret, and live in one namespace.</summary>
    public required int Sharing { get; init; }

    /// <summary>How long it is watched while nothing happens.</summary>
    public required TimeSpan Steady { get; init; }

    /// <summary>Starts of the operator for the time to ready.</summary>
    public required int Starts { get; init; }

    /// <summary>What the documentation's figures are from; about half an hour.</summary>
    public static Scale Full { get; } = new() { Servers = [1_000, 5_000, 10_000], Sharing = 1_000, Steady = TimeSpan.FromSeconds(60), Starts = 3 };

    /// <summary>To see that it works.</summary>
    public static Scale Quick { get; } = new() { Servers = [100, 500, 1_000], Sharing = 100, Steady = TimeSpan.FromSeconds(10), Starts = 1 };
}
