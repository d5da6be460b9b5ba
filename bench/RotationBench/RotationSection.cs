using MailLoad;
using Report;

namespace RotationBench;

/// <summary>What one way came to.</summary>
/// <param name="What">In words.</param>
/// <param name="Name">As the command line has it.</param>
/// <param name="Rotations">One after the other.</param>
/// <param name="Mail">The numbered messages.</param>
internal sealed record Result(string What, string Name, IReadOnlyList<Rotation> Rotations, DeliveryBalance Mail);

/// <summary>The results in words, a table and plots. Pure.</summary>
internal static class RotationSection
{
    private const double MedianGoal = 1.0, LastGoal = 1.5;
    private const string Operator = "operator";

    /// <summary>The section.</summary>
    /// <param name="results">Of each way.</param>
    /// <param name="workload">Under which load.</param>
    /// <param name="measured">Where, and by which command.</param>
    public static Section Of(IReadOnlyList<Result> results, Workload workload, string measured)
    {
        var section = new Section("rotation", "Certificates that are replaced under load", measured)
            .Paragraph($"""
                {Figures.Show(workload.Sessions)} sessions are held (IMAP in IDLE and in the middle of an APPEND, POP3, ManageSieve), {Figures.Show(workload.ConnectionsPerSecond)} new connections
                come every second and two numbered messages by LMTP, Cyrus keeps {Figures.Show(workload.Prefork)} idle workers: cluster, mail server and clients on the same processors. All times
                are from the write of the Secret. *Stale* is an idle worker that was there before the new file. *Done* is what the way itself says: `RolloutHealthy`, a
                pod that is ready again, an exit code; one that never says so is watched for {workload.Limit.TotalMinutes:0} minutes. *Wait* is a new connection from its beginning to its good-bye.
                """);
        if (results.FirstOrDefault(static one => one.Name == Operator) is { } ours)
            section.Table(Goals(ours));
        return section.Table(Times(results)).Table(Harm(results)).Plot("done", Plot(results));
    }

    private static MarkdownTable Goals(Result ours)
    {
        var table = new MarkdownTable("cyrus-operator", "measured");
        table.Add("healthy, half of the rotations", Figures.ShowAgainst(DoneOf(ours).Median, MedianGoal, "s"));
        table.Add("healthy, 99 of 100 rotations", Figures.ShowAgainst(DoneOf(ours).At(99), LastGoal, "s"));
        table.Add("sessions dropped", Figures.ShowAgainst(ours.Rotations.Sum(static one => one.Dropped), 0, ""));
        table.Add("connections refused", Figures.ShowAgainst(ours.Rotations.Sum(static one => one.Refused), 0, ""));
        table.Add("old certificates after healthy", Figures.ShowAgainst(ours.Rotations.Sum(static one => one.OldAfterDone), 0, ""));
        table.Add("messages lost or doubled", Figures.ShowAgainst(ours.Mail.Lost.Count + ours.Mail.Doubled.Count, 0, ""));
        return table;
    }

    private static MarkdownTable Times(IReadOnlyList<Result> results)
    {
        var table = new MarkdownTable(
            "way", "rotations", "file in the pod, p50", "p99", "last stale worker gone, p50", "p99", "last old certificate, p50", "max", "done, p50", "p99", "wait, p50", "p99", "max");
        foreach (var one in results)
        {
            var (file, stale, old, waits) = (Of(one, static it => it.File), Of(one, static it => it.LastStale), Of(one, static it => it.LastOld ?? 0), WaitsOf(one));
            table.Add(
                one.What, Figures.Show(one.Rotations.Count), Figures.Show(file.Median, "s"), Figures.Show(file.At(99), "s"), Figures.Show(stale.Median, "s"),
                Figures.Show(stale.At(99), "s"), Figures.Show(old.Median, "s"), Figures.Show(old.Max, "s"), Figures.Show(DoneOf(one).Median, "s"),
                Figures.Show(DoneOf(one).At(99), "s"), Figures.Show(waits.Median, "s"), Figures.Show(waits.At(99), "s"), Figures.Show(waits.Max, "s"));
        }
        return table;
    }

    private static MarkdownTable Harm(IReadOnlyList<Result> results)
    {
        var table = new MarkdownTable(
            "way", "sessions dropped", "for each rotation", "connections refused", "of", "old certificates after done", "messages accepted", "lost", "doubled");
        foreach (var one in results)
        {
            var dropped = one.Rotations.Sum(static it => it.Dropped);
            var refused = one.Rotations.Sum(static it => it.Refused);
            table.Add(
                one.What, Figures.Show(dropped), Figures.Show((double)dropped / one.Rotations.Count), Figures.Show(refused),
                Figures.Show(refused + one.Rotations.Sum(static it => it.Waits.Count)), Figures.Show(one.Rotations.Sum(static it => it.OldAfterDone)),
                Figures.Show(one.Mail.Accepted), Figures.Show(one.Mail.Lost.Count), Figures.Show(one.Mail.Doubled.Count));
        }
        return table;
    }

    private static LinePlot Plot(IReadOnlyList<Result> results) => new(
        "Rotations that were done within a time", "seconds", "% of the rotations",
        [.. results.Select(static one => new PlotLine(one.What, [.. DonePoints(one)])).Where(static line => line.Points.Count > 0)]);

    private static IEnumerable<(double X, double Y)> DonePoints(Result one)
    {
        var sorted = one.Rotations.Select(static it => it.Done).OfType<double>().Order().ToList();
        return sorted.Select((seconds, index) => (seconds, 100.0 * (index + 1) / one.Rotations.Count));
    }

    private static Percentiles DoneOf(Result one) => Of(one, static it => it.Done);

    // One that did not come within the limit is longer than any that did.
    private static Percentiles Of(Result one, Func<Rotation, double?> which) => new(one.Rotations.Select(it => which(it) ?? double.PositiveInfinity));

    private static Percentiles WaitsOf(Result one) => new(one.Rotations.SelectMany(static it => it.Waits).DefaultIfEmpty(double.PositiveInfinity));
}
