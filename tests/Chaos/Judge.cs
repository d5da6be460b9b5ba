using MailLoad;

namespace Chaos;

/// <summary>A time in which clients may be hurt, because a fault killed what they talked to.</summary>
/// <param name="Fault">By which.</param>
/// <param name="Damage">How many.</param>
/// <param name="From">From when on (<see cref="Tally.Now"/>).</param>
/// <param name="To">Until when.</param>
internal sealed record Excuse(string Fault, Damage Damage, long From, long To);

/// <summary>A certificate was written, or the status said that it is served everywhere.</summary>
/// <param name="At">When (<see cref="Tally.Now"/>).</param>
/// <param name="Number">The certificate's place among all that were written.</param>
internal sealed record Mark(long At, int Number);

/// <summary>What the invariants say of what clients saw. Pure.</summary>
internal static class Judge
{
    /// <summary>What happened to clients without an excuse.</summary>
    public static IEnumerable<string> Hurt(IReadOnlyCollection<Trouble> troubles, IReadOnlyList<Excuse> excuses, Func<long, string> timeOf)
    {
        var used = new HashSet<Excuse>();
        foreach (var trouble in troubles)
        {
            if (excuses.Any(one => one.Damage == Damage.AllSessions && IsWithin(one, trouble.At)))
                continue;
            var single = excuses.FirstOrDefault(one => one.Damage == Damage.OneSession && IsWithin(one, trouble.At) && !used.Contains(one));
            if (single is null || !used.Add(single))
                yield return $"{timeOf(trouble.At)} {trouble.What} {trouble.Client}: {trouble.Detail}";
        }
    }

    /// <summary>New connections that were shown an older certificate than one that the status had called served everywhere before they began.</summary>
    public static IEnumerable<string> Stale(
        IReadOnlyCollection<Handshake> handshakes, IReadOnlyDictionary<string, int> numbers, IReadOnlyList<Mark> healthy, Func<long, string> timeOf)
    {
        foreach (var one in handshakes)
        {
            var promised = healthy.Where(mark => mark.At < one.Begun).Select(static mark => mark.Number).DefaultIfEmpty(0).Max();
            if (!numbers.TryGetValue(one.LeafSha256, out var shown) || shown < promised)
                yield return $"{timeOf(one.Begun)} port {one.Port}: certificate {shown} after {promised} was called healthy";
        }
    }

    private static bool IsWithin(Excuse excuse, long at) => at >= excuse.From && at <= excuse.To;
}
