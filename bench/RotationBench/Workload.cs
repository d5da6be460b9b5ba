namespace RotationBench;

/// <summary>How much of everything.</summary>
internal sealed record Workload
{
    /// <summary>Sessions that are held all the time.</summary>
    public required int Sessions { get; init; }

    /// <summary>New connections a second.</summary>
    public required double ConnectionsPerSecond { get; init; }

    /// <summary>Idle workers that Cyrus keeps, over all services.</summary>
    public required int Prefork { get; init; }

    /// <summary>Rotations for each way, by its name.</summary>
    public required IReadOnlyDictionary<string, int> Rotations { get; init; }

    /// <summary>How long one rotation is looked at when it does not end by itself.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>The figures of the issue; about three quarters of an hour.</summary>
    public static readonly Workload Full = new()
    {
        Sessions = 500,
        ConnectionsPerSecond = 50,
        Prefork = 100,
        Limit = TimeSpan.FromMinutes(4),
        Rotations = new Dictionary<string, int> { ["operator"] = 100, ["restart"] = 20, ["signal"] = 8, ["nothing"] = 3 },
    };

    /// <summary>At a fifth, to see that it works; some minutes.</summary>
    public static readonly Workload Quick = new()
    {
        Sessions = 100,
        ConnectionsPerSecond = 20,
        Prefork = 40,
        Limit = TimeSpan.FromMinutes(2),
        Rotations = new Dictionary<string, int> { ["operator"] = 10, ["restart"] = 3, ["signal"] = 1, ["nothing"] = 1 },
    };
}
