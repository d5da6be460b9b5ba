using MailLoad;
using Operator.Testing.Mail;

namespace RotationBench;

/// <summary>What one rotation came to. Times are in seconds from the write of the Secret.</summary>
/// <param name="File">Until the new file was in the pod; null when it was not seen.</param>
/// <param name="LastStale">Until the last idle worker from before the file had gone; null when some were left at the end.</param>
/// <param name="LastOld">The last new connection that was shown the old certificate was begun then; null when none was after the write.</param>
/// <param name="Done">Until the way said that it was done; null when it did not within the limit.</param>
/// <param name="Dropped">Sessions that were dropped.</param>
/// <param name="Refused">New connections that got no session.</param>
/// <param name="OldAfterDone">New connections that were shown the old certificate after that.</param>
/// <param name="Waits">How long each new connection took meanwhile, from its beginning to its good-bye.</param>
internal sealed record Rotation(double? File, double? LastStale, double? LastOld, double? Done, int Dropped, int Refused, int OldAfterDone, IReadOnlyList<double> Waits)
{
    /// <summary>New connections that got a session.</summary>
    public int Connections => Waits.Count;

    /// <summary>For whoever looks on.</summary>
    public string InWords() => FormattableString.Invariant(
        $"file {File:0.00} s, last stale {LastStale:0.00} s, last old {LastOld:0.00} s, done {Done:0.00} s, {Connections} came and waited {Waits.DefaultIfEmpty().Max():0.00} s at most")
        + (Dropped + Refused + OldAfterDone > 0 ? $"; {Dropped} DROPPED, {Refused} REFUSED, {OldAfterDone} OLD AFTER DONE" : "");
}

/// <summary>A contender under load, and its rotations.</summary>
internal sealed class Series(Contender contender, Workload workload, TextWriter output)
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(6); // a held session acts every five: by then every drop is noticed

    private readonly Tally tally = new();
    private TestCertificate certificate = TestCertificate.Create(TimeProvider.System.GetUtcNow());

    /// <summary>Starts it, rotates it, removes it.</summary>
    public async Task<Result> RunAsync(int rotations, CancellationToken stop)
    {
        output.WriteLine($"{contender.What}: starting");
        var site = await contender.StartAsync(workload, certificate, stop);
        await using var held = await HeldSessions.OpenAsync(site, workload.Sessions, tally, stop);
        await using var arrivals = Arrivals.Start(site, workload.ConnectionsPerSecond, tally);
        await using var deliveries = Deliveries.Start(site, perSecond: 2, tally);
        await Task.Delay(Settle, TimeProvider.System, stop);
        var seen = new List<Rotation>();
        for (var round = 1; round <= rotations; round++)
        {
            await held.AllAsync(stop);
            var one = await RotateAsync(stop);
            seen.Add(one);
            output.WriteLine(FormattableString.Invariant($"{contender.Name} {round}/{rotations}: {one.InWords()}"));
        }
        await arrivals.EndAsync();
        var mail = await deliveries.BalanceAsync(stop);
        foreach (var group in tally.Troubles.GroupBy(static one => (one.What, one.Client)))
            output.WriteLine($"  {group.Key.What} {group.Key.Client}: {group.Count()}, the first: {group.First().Detail}");
        return new Result(contender.What, contender.Name, seen, mail);
    }

    private async Task<Rotation> RotateAsync(CancellationToken stop)
    {
        var (old, renewed) = (certificate, TestCertificate.Create(TimeProvider.System.GetUtcNow()));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(workload.Limit);
        var pod = await contender.LookAsync(stop);
        var begun = Tally.Now();
        await contender.WriteAsync(renewed, stop);
        var file = FileAsync(pod, renewed, begun, limit.Token);
        var done = WhenAsync(() => contender.DoneAsync(renewed, limit.Token), begun);
        var stale = StaleAsync(pod, file, begun, limit.Token);
        var (fileAt, doneAt, staleAt) = (await file, await done, await stale);
        await Task.Delay(Settle, TimeProvider.System, stop);
        certificate = renewed;
        var handshakes = tally.Handshakes.Where(one => one.Begun > begun).ToList();
        var olds = handshakes.Where(one => one.LeafSha256 == old.LeafSha256).Select(one => Seconds(begun, one.Begun)).ToList();
        var troubles = tally.Troubles.Where(one => one.At > begun).ToList();
        return new Rotation(
            fileAt,
            staleAt,
            olds.Count == 0 ? null : olds.Max(),
            doneAt,
            troubles.Count(static one => one.What == Incident.Dropped),
            troubles.Count(static one => one.What == Incident.Refused && one.Client.StartsWith("new ", StringComparison.Ordinal)),
            olds.Count(at => at > (doneAt ?? double.MaxValue)),
            [.. handshakes.Select(static one => Seconds(one.Begun, one.Ended))]);
    }

    private async Task<double?> FileAsync(PodOnNode pod, TestCertificate renewed, long begun, CancellationToken stop)
    {
        var path = pod.Volume(contender.MountedCertificate);
        return await WhenAsync(
            async () =>
            {
                while (!File.Exists(path) || (await File.ReadAllTextAsync(path, stop)).Trim() != renewed.ChainPem.Trim())
                {
                    if (!Directory.Exists(pod.Volume("")))
                        return false; // the pod was replaced
                    await Task.Delay(PodOnNode.Beat, TimeProvider.System, stop);
                }
                return true;
            },
            begun);
    }

    private static async Task<double?> StaleAsync(PodOnNode pod, Task<double?> file, long begun, CancellationToken stop)
    {
        await file;
        var idleFromBefore = pod.IdleFromBefore(PodOnNode.Ticks());
        return await WhenAsync(
            async () =>
            {
                while (idleFromBefore() > 0)
                    await Task.Delay(5 * PodOnNode.Beat, TimeProvider.System, stop);
                return true;
            },
            begun);
    }

    private static async Task<double?> WhenAsync(Func<Task<bool>> what, long begun)
    {
        try
        {
            return await what() ? Seconds(begun, Tally.Now()) : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static double Seconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;
}
