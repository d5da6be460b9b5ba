using Report;

namespace OperatorBench;

/// <summary>The results in words, tables and plots. Pure.</summary>
internal static class OperatorSection
{
    private const double ReadyGoal = 1, SharedGoal = 10, WritesGoal = 0;

    /// <summary>The section.</summary>
    /// <param name="results">In the order of the number of servers.</param>
    /// <param name="scale">How they were taken.</param>
    /// <param name="measured">Where, and by which command.</param>
    public static Section Of(IReadOnlyList<Result> results, Scale scale, string measured) => new Section("operator", "The operator", measured)
        .Paragraph($"""
            The published program against a kube-apiserver and an etcd of its own, on the same processors. Each server has three services and one pod. The bench plays
            the StatefulSet controller, kubelet and the sidecars, with the sidecar's own report server and digests; a reload takes a played sidecar 0.8 s. {Figures.Show(scale.Sharing)} servers
            share a Secret with their certificate. The operator is the administrator there, so that no limit of the API server holds it up.
            """)
        .Table(Goals(results, scale))
        .Heading("Memory and start")
        .Paragraph($"""
            *Ready*: all lists are in memory ({scale.Starts} starts, the slowest). *All seen*: every server was reconciled once, which finds that nothing is to do. *In peace*: after
            {scale.Steady.TotalSeconds:0} s without a change, with what was written and asked meanwhile.
            """)
        .Table(Memory(results))
        .Plot("memory", MemoryPlot(results))
        .Plot("start", StartPlot(results))
        .Heading("Rollouts")
        .Paragraph("""
            From the write of the Secrets (or the first server's creation) to the moment at which the bench's watch saw each server's status with RolloutHealthy and
            the new certificate. The processor seconds tell what it waits for: everything here shares the same processors.
            """)
        .Table(Waves(results, scale))
        .Plot("shared", SharedPlot(results, scale))
        .Plot("rate", RatePlot(results));

    private static MarkdownTable Goals(IReadOnlyList<Result> results, Scale scale)
    {
        var table = new MarkdownTable(["servers", .. results.Select(static one => Figures.Show(one.Servers)), "goal"]);
        Row("start to ready", static one => one.Starts.Max(static start => start.Ready), ReadyGoal, "s");
        Row($"a Secret that {Figures.Show(scale.Sharing)} servers share: all served", static one => one.Shared.Seconds.Max, SharedGoal, "s");
        Row($"writes in {scale.Steady.TotalSeconds:0} s without a change", static one => one.Steady.Writes, WritesGoal, "");
        return table;

        void Row(string what, Func<Result, double> value, double goal, string unit) =>
            table.Add([what, .. results.Select(one => $"{Figures.Show(value(one), unit)}, {(value(one) <= goal ? "met" : "missed")}"), Figures.Show(goal, unit)]);
    }

    private static MarkdownTable Memory(IReadOnlyList<Result> results)
    {
        var table = new MarkdownTable(
            "servers", "ready", "all seen", "its CPU until then", "RSS then", "RSS in peace", "most RSS in rollouts", "mCPU in peace", "requests in peace", "writes in peace");
        foreach (var one in results)
        {
            table.Add(
                Figures.Show(one.Servers), Figures.Show(one.Starts.Max(static start => start.Ready), "s"), Figures.Show(one.Starts.Max(static start => start.Reconciled), "s"),
                Figures.Show(one.Starts.Max(static start => start.Cpu), "s"), Figures.Show(one.RssAfterStart, "MB"), Figures.Show(one.Rss, "MB"), Figures.Show(one.MostRss, "MB"),
                Figures.Show(one.Steady.MilliCpu), Figures.Show(one.Steady.Requests), Figures.Show(one.Steady.Writes));
        }
        return table;
    }

    private static MarkdownTable Waves(IReadOnlyList<Result> results, Scale scale)
    {
        var table = new MarkdownTable("what", "servers in all", "of them changed", "p50", "p99", "last", "servers a second", "CPU of operator", "of API server and etcd", "of the bench");
        foreach (var one in results)
        {
            Row("new servers", one, one.Created);
            Row($"a Secret that {Figures.Show(scale.Sharing)} share", one, one.Shared);
            Row("all Secrets", one, one.All);
        }
        return table;

        void Row(string what, Result one, Wave wave) => table.Add(
            what, Figures.Show(one.Servers), Figures.Show(wave.Seconds.Count), Figures.Show(wave.Seconds.Median, "s"), Figures.Show(wave.Seconds.At(99), "s"),
            Figures.Show(wave.Seconds.Max, "s"), Figures.Show(wave.Rate), Figures.Show(wave.Cpu.Operator, "s"), Figures.Show(wave.Cpu.Api, "s"), Figures.Show(wave.Cpu.Players, "s"));
    }

    private static LinePlot MemoryPlot(IReadOnlyList<Result> results) => Plot("Memory of the operator", "MB",
        Line(results, "most in rollouts", static one => one.MostRss),
        Line(results, "after the start", static one => one.RssAfterStart),
        Line(results, "in peace", static one => one.Rss));

    private static LinePlot StartPlot(IReadOnlyList<Result> results) => Plot("Start of the operator", "seconds",
        Line(results, "all seen", static one => one.Starts.Max(static start => start.Reconciled)),
        Line(results, "ready", static one => one.Starts.Max(static start => start.Ready)),
        Line(results, "goal of ready", static _ => ReadyGoal) with { IsGoal = true });

    private static LinePlot SharedPlot(IReadOnlyList<Result> results, Scale scale) => Plot(
        $"A Secret that {Figures.Show(scale.Sharing)} servers share, until it is served", "seconds",
        Line(results, "by all", static one => one.Shared.Seconds.Max),
        Line(results, "by half of them", static one => one.Shared.Seconds.Median),
        Line(results, "goal of all", static _ => SharedGoal) with { IsGoal = true });

    private static LinePlot RatePlot(IReadOnlyList<Result> results) => Plot("Servers a second", "servers a second",
        Line(results, "new certificate for all", static one => one.All.Rate),
        Line(results, "one Secret", static one => one.Shared.Rate),
        Line(results, "new servers", static one => one.Created.Rate));

    private static LinePlot Plot(string title, string unit, params IReadOnlyList<PlotLine> lines) => new(title, "servers", unit, lines) { IsLogarithmic = false };

    private static PlotLine Line(IReadOnlyList<Result> results, string name, Func<Result, double> value) =>
        new(name, [.. results.Select(one => ((double)one.Servers, value(one)))]);
}
