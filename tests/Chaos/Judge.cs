using MailLoad;

namespace Chaos;

/// <summary>A time in which clients may be hurt, because a fault killed what they talked to.</summary>
/// <param name="Fault">By which.</param>
/// <param name="Damage">How many.</param>
/// <param name="From">From when on (<see cref="Tally.Now"/>).</param>
/// <param name="To">Until when.</param>
internal sealed record Excuse(string Fault, Damage Damage, long From, long To);

/// <summary>The status said that something is served everywhere.</summary>
/// <param name="At">When it was seen (<see cref="Tally.Now"/>).</param>
/// <param name="Certificate">The certificate's place among all that were written.</param>
/// <param name="Configuration">The place of the configuration.</param>
internal sealed record Mark(long At, int Certificate, int Configuration);

/// <summary>What the invariants say of what clients saw. Pure.</summary>
internal static class Judge
{
    /// <summary>What happened to clients without an excuse.</summary>
    public static IEnumerable<string> Hurt(IReadOnlyCollection<Trouble> troubles, IReadOnlyList<Excuse> excuses, Func<long, string> timeOf)
    {
        var used = new HashSet<Excuse>();
        foreach (var trouble in troubles)
        {
            if (excuses.Any(one => one.Damage == Damage.AllSessions && IsWithin(one, trouble)))
                continue;
            var single = excuses.FirstOrDefault(one => one.Damage == Damage.OneSession && IsWithin(one, trouble) && !used.Contains(one));
            if (single is null || !used.Add(single))
                yield return $"{timeOf(trouble.At)} {trouble.What} {trouble.Client}: {trouble.Detail}";
        }
    }

    /// <summary>
    /// New connections that were shown an older certificate, or served by an older configuration, than the status had called served everywhere before
    /// they began.
    /// </summary>
    public static IEnumerable<string> Stale(
        IReadOnlyCollection<Handshake> handshakes, IReadOnlyDictionary<string, int> numbers, IReadOnlyList<Mark> healthy, Func<long, string> timeOf)
    {
        foreach (var one in handshakes)
        {
            var promises = healthy.Where(mark => mark.At < one.Begun).ToList();
            var (certificate, configuration) = (Newest(promises, static mark => mark.Certificate), Newest(promises, static mark => mark.Configuration));
            if (!numbers.TryGetValue(one.LeafSha256, out var shown) || shown < certificate)
                yield return $"{timeOf(one.Begun)} port {one.Port}: certificate {shown} after {certificate} was called healthy";
            if (Claims.ConfigurationIn(one.Capabilities) is { } used && used < configuration)
                yield return $"{timeOf(one.Begun)} port {one.Port}: configuration {used} after {configuration} was called healthy";
        }
    }

    /// <summary>That the last configuration never came into force; otherwise nothing is known of any configuration.</summary>
    public static IEnumerable<string> Unseen(IEnumerable<Handshake> handshakes, int last) =>
        handshakes.Any(one => Claims.ConfigurationIn(one.Capabilities) == last) ? [] : [$"no connection was served by the last configuration, {last}"];

    private static int Newest(IEnumerable<Mark> promises, Func<Mark, int> number) => promises.Select(number).DefaultIfEmpty(0).Max();

    // An attempt that was begun while nobody was there may end half a minute later.
    private static bool IsWithin(Excuse excuse, Trouble trouble) => trouble.At >= excuse.From && trouble.Begun <= excuse.To;
}
