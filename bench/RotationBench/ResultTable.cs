using System.Globalization;
using System.Text;
using MailLoad;

namespace RotationBench;

/// <summary>The results as a table in Markdown. Pure.</summary>
internal static class ResultTable
{
    /// <summary>A line for each way.</summary>
    public static string Of(Workload workload, IReadOnlyList<(Contender Way, IReadOnlyList<Rotation> Rotations, DeliveryBalance Mail)> results)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{workload.Sessions} sessions, {workload.ConnectionsPerSecond} new connections a second, {workload.Prefork} idle workers.\n\n");
        text.Append("| way | rotations | file in the pod p50 / p99 | last idle old worker gone p50 / p99 | last old certificate p50 / max | done p50 / p99 |");
        text.Append(" dropped sessions | refused connections | old certificates after done | messages: accepted, lost, doubled |\n|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var (way, rotations, mail) in results)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {way.What} | {rotations.Count} | {Two(rotations, static one => one.File)} | {Two(rotations, static one => one.LastStale)} | ")
                .Append(CultureInfo.InvariantCulture, $"{Two(rotations, static one => one.LastOld)} | {Two(rotations, static one => one.Done)} | ")
                .Append(CultureInfo.InvariantCulture, $"{rotations.Sum(static one => one.Dropped)} | {rotations.Sum(static one => one.Refused)} of {rotations.Sum(static one => one.Connections + one.Refused)} | ")
                .Append(CultureInfo.InvariantCulture, $"{rotations.Sum(static one => one.OldAfterDone)} | {mail.Accepted}, {mail.Lost.Count}, {mail.Doubled.Count} |\n");
        }
        return text.ToString();
    }

    // One that did not come within the limit is longer than any that did.
    private static string Two(IReadOnlyList<Rotation> rotations, Func<Rotation, double?> which)
    {
        var sorted = rotations.Select(one => which(one) ?? double.PositiveInfinity).Order().ToList();
        return $"{At(sorted, 0.5)} / {At(sorted, 0.99)}";
    }

    private static string At(List<double> sorted, double quantile)
    {
        var value = sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(quantile * sorted.Count) - 1)];
        return double.IsPositiveInfinity(value) ? "not seen" : value.ToString("0.00 s", CultureInfo.InvariantCulture);
    }
}
