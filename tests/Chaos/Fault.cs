namespace Chaos;

/// <summary>What a fault may cost by itself, however well everybody else behaves.</summary>
internal enum Damage
{
    /// <summary>Nothing: no client may notice.</summary>
    None,

    /// <summary>The one session whose worker was killed.</summary>
    OneSession,

    /// <summary>All sessions of the pod, until it serves again.</summary>
    AllSessions,
}

/// <summary>Something that goes wrong.</summary>
/// <param name="Name">As the log has it.</param>
/// <param name="Kind">What it is a fault of.</param>
/// <param name="Damage">What it may cost.</param>
/// <param name="StrikeAsync">Lets it happen, and puts right what nobody else would.</param>
internal sealed record Fault(string Name, string Kind, Damage Damage, Func<Field, Random, CancellationToken, Task> StrikeAsync);

/// <summary>A turn of the campaign.</summary>
/// <param name="Fault">What strikes.</param>
/// <param name="Rotates">Whether the certificate is replaced just before.</param>
/// <param name="Delay">From there, or from the turn's beginning, to the strike.</param>
/// <param name="AwaitsHealth">Whether the next turn waits for a healthy server.</param>
/// <param name="Seed">Of whatever the fault chooses by itself.</param>
internal sealed record Turn(Fault Fault, bool Rotates, TimeSpan Delay, bool AwaitsHealth, int Seed);

/// <summary>The turns that a seed stands for. Pure.</summary>
internal static class Schedule
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Endless; each fault comes once before any comes again, in an order that the seed decides.</summary>
    public static IEnumerable<Turn> Of(int seed, IReadOnlyList<Fault> faults)
    {
        var random = new Random(seed);
        while (true)
        {
            var round = faults.ToArray();
            random.Shuffle(round);
            foreach (var fault in round)
                yield return new Turn(fault, random.Next(4) > 0, Longest * random.NextDouble(), random.Next(2) == 0, random.Next());
        }
    }
}
