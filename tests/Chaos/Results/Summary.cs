using System.Globalization;
using System.Text;
using Report;

namespace Chaos.Results;

/// <summary>Outcomes as a reader wants them, in Markdown. Pure.</summary>
internal static class Summary
{
    private const int Shown = 200;

    /// <summary>One row for each campaign.</summary>
    public static MarkdownTable Campaigns(IEnumerable<Outcome> outcomes)
    {
        var table = new MarkdownTable("seed", "minutes", "faults", "certificates", "configurations", "new connections", "messages", "broken invariants");
        foreach (var one in outcomes)
        {
            table.Add(
                Number(one.Plan.Seed), one.Plan.Length.TotalMinutes.ToString("0.##", CultureInfo.InvariantCulture), Number(one.Strikes.Count), Number(one.Certificates),
                Number(one.Configurations), Number(one.Connections), Number(one.Messages), Number(one.Broken.Count));
        }
        return table;
    }

    /// <summary>How often each fault struck.</summary>
    public static MarkdownTable Strikes(IReadOnlyList<Fault> faults, IEnumerable<Outcome> outcomes)
    {
        var counts = outcomes.SelectMany(static one => one.Strikes).CountBy(static name => name).ToDictionary();
        var table = new MarkdownTable("fault", "of", "may cost", "strikes");
        foreach (var fault in faults)
            table.Add(fault.Name, fault.Kind, CostOf(fault.Damage), Number(counts.GetValueOrDefault(fault.Name)));
        return table;
    }

    /// <summary>One campaign, with each breach.</summary>
    public static string Of(Outcome outcome, string measured)
    {
        var text = new StringBuilder($"# Chaos with seed {outcome.Plan.Seed}\n\n{measured}\n\n{Campaigns([outcome])}\n");
        text.Append(outcome.Broken.Count == 0 ? "No invariant was broken.\n" : "Broken:\n\n");
        foreach (var breach in outcome.Broken.Take(Shown))
            text.Append("- ").Append(breach.ReplaceLineEndings(" ")).Append('\n');
        if (outcome.Broken.Count > Shown)
            text.Append(CultureInfo.InvariantCulture, $"- and {outcome.Broken.Count - Shown} more\n");
        text.Append("\nThe faults in their order: ").AppendJoin(", ", outcome.Strikes).Append(".\n");
        return text.ToString();
    }

    /// <summary>The part of docs/reliability.md that is made.</summary>
    public static string Part(IReadOnlyList<Fault> faults, IReadOnlyList<Outcome> outcomes, string measured) =>
        $"{measured}\n\n{Campaigns(outcomes)}\n{Strikes(faults, outcomes)}";

    private static string CostOf(Damage damage) => damage switch
    {
        Damage.None => "nothing",
        Damage.OneSession => "that session",
        Damage.AllSessions => "the sessions of that pod",
        _ => throw new ArgumentOutOfRangeException(nameof(damage)),
    };

    private static string Number(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
