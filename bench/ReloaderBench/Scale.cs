namespace ReloaderBench;

/// <summary>How much of everything.</summary>
internal sealed record Scale
{
    /// <summary>Numbers of Cyrus workers.</summary>
    public required IReadOnlyList<int> Workers { get; init; }

    /// <summary>How long it is watched while nothing happens.</summary>
    public required TimeSpan Idle { get; init; }

    /// <summary>Reloads of each server.</summary>
    public required int Reloads { get; init; }

    /// <summary>Scans of /proc of each server.</summary>
    public required int Scans { get; init; }

    /// <summary>What the documentation's figures are from; some ten minutes.</summary>
    public static Scale Full { get; } = new() { Workers = [10, 100, 1000], Idle = TimeSpan.FromSeconds(30), Reloads = 5, Scans = 500 };

    /// <summary>To see that it works.</summary>
    public static Scale Quick { get; } = new() { Workers = [10, 50], Idle = TimeSpan.FromSeconds(5), Reloads = 1, Scans = 50 };
}
