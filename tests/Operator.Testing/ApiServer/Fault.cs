namespace Operator.Testing.ApiServer;

/// <summary>What a <see cref="FaultProxy"/> does to the connections through it.</summary>
public enum Fault
{
    /// <summary>All connections are reset.</summary>
    Cut,

    /// <summary>The server seems to have closed all connections; it is not told.</summary>
    HalfClose,

    /// <summary>All connections go silent and stay so, as when a firewall forgets them. New ones work.</summary>
    Freeze,

    /// <summary>A byte of what the server sends next is changed, on all connections.</summary>
    Corrupt,

    /// <summary>All that is sent is late.</summary>
    Delay,

    /// <summary>All connections are reset, and new ones at once.</summary>
    Refuse,

    /// <summary>All connections go silent, and new ones never say a word.</summary>
    Swallow,
}

/// <summary>A sequence of faults that a seed stands for. No clock: whoever carries it out waits.</summary>
public sealed class FaultPlan(int seed)
{
    private static readonly Fault[] s_faults = Enum.GetValues<Fault>();
    private readonly Random random = new(seed);

    /// <summary>The next fault, how long it lasts, and how long it is quiet afterwards.</summary>
    public (Fault Fault, TimeSpan Lasts, TimeSpan Quiet) Next() =>
        (s_faults[random.Next(s_faults.Length)], Milliseconds(20, 500), Milliseconds(20, 800));

    private TimeSpan Milliseconds(int from, int below) => TimeSpan.FromMilliseconds(random.Next(from, below));
}
