using Report;

namespace ReloaderBench;

/// <summary>The results in words, tables and plots. Pure.</summary>
internal static class ReloaderSection
{
    private const double RssGoal = 32, AnonymousGoal = 8, CpuGoal = 2, ScanGoal = 10;

    private static readonly string[] s_phases = ["Mounting", "Checking", "Converging", "Proving"];

    /// <summary>The section.</summary>
    /// <param name="results">In the order of the number of workers.</param>
    /// <param name="scale">How they were taken.</param>
    /// <param name="measured">Where, and by which command.</param>
    public static Section Of(IReadOnlyList<Result> results, Scale scale, string measured)
    {
        var most = results[^1];
        return new Section("reloader", "The sidecar", measured)
            .Paragraph("""
                The published program (trimmed, compiled ahead, one file), under its guard, beside a real Cyrus master with idle workers of imapd, pop3d, lmtpd and
                timsieved. Memory is from `smaps_rollup`: *RSS* counts the program's own file, which the kernel shares and may drop; *anonymous* is what is its own.
                Processor time is that of all its threads (1 mCPU is a thousandth of a processor), wake-ups are voluntary context switches.
                """)
            .Table(Goals(most))
            .Heading("While nothing happens")
            .Paragraph($"""
                Over {scale.Idle.TotalSeconds:0} s, after {scale.Reloads} reloads. *Probed*: with kubelet's readiness probe each 2 s and a scrape of the metrics each 30 s. The shell loop is
                the peer: each 10 s, as often as the sidecar looks, `sha256sum` of the certificate and `pgrep` of the master. It checks nothing before it signals,
                proves nothing after it, signals the master, which costs sessions, and does not see a worker that missed the signal.
                """)
            .Table(Idle(results))
            .Plot("memory", Memory(results))
            .Plot("cpu", Cpu(results))
            .Heading("One look at the workers")
            .Paragraph($"""
                The sidecar's scanner, called {scale.Scans} times in the bench's own process. All processes of the machine are in its /proc ({most.Scan.Processes} with the last server), in a pod only the
                pod's. *First look*: nothing is known of any worker, as after a start of the sidecar.
                """)
            .Table(Scans(results))
            .Plot("scan", ScanPlot(results))
            .Heading("One reload")
            .Paragraph($"""
                Median of {scale.Reloads}; from the new files in the volume to the report that all is served. No session is open, so every worker is replaced: most of it is
                Cyrus itself, which forks and starts them again on the same processors, in waves, so that clients are answered meanwhile.
                """)
            .Table(Reloads(results))
            .Plot("reload", ReloadPlot(results));
    }

    private static MarkdownTable Goals(Result most)
    {
        var table = new MarkdownTable($"with {Figures.Show(most.Workers)} workers", "measured", "goal", "");
        Row("RSS", most.Idle.Rss, RssGoal, "MB");
        Row("anonymous memory", most.Idle.Anonymous, AnonymousGoal, "MB");
        Row("processor while idle", most.Idle.MilliCpu, CpuGoal, "mCPU");
        Row("one look at the workers, p99", most.Scan.Next.At(99), ScanGoal, "ms");
        return table;

        void Row(string what, double value, double goal, string unit) =>
            table.Add(what, Figures.Show(value, unit), Figures.Show(goal, unit), value <= goal ? "met" : "missed");
    }

    private static MarkdownTable Idle(IReadOnlyList<Result> results)
    {
        var table = new MarkdownTable("workers", "RSS", "anonymous", "mCPU", "wake-ups a second", "mCPU, probed", "wake-ups, probed", "shell: RSS", "shell: mCPU");
        foreach (var one in results)
        {
            table.Add(
                Figures.Show(one.Workers), Figures.Show(one.Idle.Rss, "MB"), Figures.Show(one.Idle.Anonymous, "MB"), Figures.Show(one.Idle.MilliCpu), Figures.Show(one.Idle.WakeUps),
                Figures.Show(one.Probed.MilliCpu), Figures.Show(one.Probed.WakeUps), Figures.Show(one.Shell.Rss, "MB"), Figures.Show(one.Shell.MilliCpu));
        }
        return table;
    }

    private static MarkdownTable Scans(IReadOnlyList<Result> results)
    {
        var table = new MarkdownTable("workers", "p50", "p99", "first look p50", "first look p99", "allocated by each");
        foreach (var one in results)
        {
            table.Add(
                Figures.Show(one.Workers), Figures.Show(one.Scan.Next.Median, "ms"), Figures.Show(one.Scan.Next.At(99), "ms"),
                Figures.Show(one.Scan.First.Median, "ms"), Figures.Show(one.Scan.First.At(99), "ms"), Figures.Show(one.Scan.Bytes / 1024, "kB"));
        }
        return table;
    }

    private static MarkdownTable Reloads(IReadOnlyList<Result> results)
    {
        var table = new MarkdownTable(["workers", "all", .. s_phases.Select(static phase => phase.ToLowerInvariant()), "sidecar's CPU", "most RSS", "most anonymous"]);
        foreach (var one in results)
        {
            table.Add([
                Figures.Show(one.Workers), Figures.Show(Median(one, static reload => reload.Seconds), "s"), .. s_phases.Select(phase => Figures.Show(PhaseOf(one, phase), "s")),
                Figures.Show(Median(one, static reload => reload.CpuSeconds), "s"), Figures.Show(MostRss(one), "MB"), Figures.Show(MostAnonymous(one), "MB"),
            ]);
        }
        return table;
    }

    private static LinePlot Memory(IReadOnlyList<Result> results) => new("Memory of the sidecar", "workers", "MB",
    [
        Line(results, "RSS, most in a reload", MostRss), Line(results, "RSS, idle", static one => one.Idle.Rss), Goal(results, "goal of RSS", RssGoal),
        Line(results, "anonymous, most in a reload", MostAnonymous), Line(results, "anonymous, idle", static one => one.Idle.Anonymous), Goal(results, "goal of anonymous", AnonymousGoal),
    ]);

    private static LinePlot Cpu(IReadOnlyList<Result> results) => new("Processor time while nothing happens", "workers", "mCPU",
    [
        Line(results, "sidecar", static one => one.Idle.MilliCpu), Line(results, "sidecar, probed", static one => one.Probed.MilliCpu),
        Line(results, "shell loop", static one => one.Shell.MilliCpu), Goal(results, "goal", CpuGoal),
    ]);

    private static LinePlot ScanPlot(IReadOnlyList<Result> results) => new("One look at the workers", "workers", "ms",
    [
        Line(results, "p50", static one => one.Scan.Next.Median), Line(results, "p99", static one => one.Scan.Next.At(99)),
        Line(results, "first look, p50", static one => one.Scan.First.Median), Goal(results, "goal of p99", ScanGoal),
    ]);

    private static LinePlot ReloadPlot(IReadOnlyList<Result> results) => new("One reload", "workers", "seconds",
    [
        Line(results, "all", static one => Median(one, static reload => reload.Seconds)),
        .. s_phases.Skip(1).Select(phase => Line(results, phase.ToLowerInvariant(), one => PhaseOf(one, phase))),
    ]);

    private static PlotLine Line(IReadOnlyList<Result> results, string name, Func<Result, double> value) =>
        new(name, [.. results.Select(one => ((double)one.Workers, value(one)))]);

    private static PlotLine Goal(IReadOnlyList<Result> results, string name, double goal) => Line(results, name, _ => goal) with { IsGoal = true };

    private static double Median(Result result, Func<ReloadCost, double> value) => new Percentiles(result.Reloads.Select(value)).Median;

    private static double PhaseOf(Result result, string phase) => Median(result, reload => reload.Phases.GetValueOrDefault(phase));

    private static double MostRss(Result result) => result.Reloads.Max(static reload => reload.Rss);

    private static double MostAnonymous(Result result) => result.Reloads.Max(static reload => reload.Anonymous);
}
