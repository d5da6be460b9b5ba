using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Operator.Kubernetes.Tests.Leadership;

/// <summary>The election's times, in seconds.</summary>
internal sealed record ProbeTimes(double Lease, double Renew, double Retry)
{
    public string[] Arguments => [.. new[] { Lease, Renew, Retry }.Select(static one => one.ToString(CultureInfo.InvariantCulture))];
}

/// <summary>Two probes of which one leads, whatever happens to them; who ends is followed by another.</summary>
internal sealed class ProbePair(string kubeconfig, string space, ProbeTimes times) : IAsyncDisposable
{
    private const int Exit = 1; // how a process ends that lost its lease
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private readonly Channel<ProbeLine> said = Channel.CreateUnbounded<ProbeLine>();
    private readonly List<ProbeLine> lines = [];
    private readonly List<ProbeProcess> all = [];
    private readonly Dictionary<string, List<TimeSpan>> handOvers = [];
    private readonly HashSet<ProbeProcess> killed = [];
    private int lost;

    /// <summary>All that was said, once they have ended.</summary>
    public IReadOnlyList<ProbeLine> Lines => lines;

    /// <summary>Ends with a code that is none of ours.</summary>
    public List<string> BadEnds { get; } = [];

    /// <summary>Starts what is missing, and waits until one writes.</summary>
    public Task<ProbeProcess> LeaderAsync(CancellationToken cancellationToken) =>
        WriterAfterAsync(Stopwatch.GetTimestamp(), cancellationToken);

    /// <summary>Does something to one of them and waits until one writes again.</summary>
    public async Task DisturbAsync(CancellationToken cancellationToken)
    {
        var leader = await LeaderAsync(cancellationToken);
        await FollowedAsync(leader, cancellationToken);
        // At once, or after longer than a lease lasts: nothing must happen by itself, either.
        var pause = Random.Shared.NextDouble() * (Random.Shared.Next(2) == 0 ? 0.5 : times.Lease * 1.5);
        await Task.Delay(TimeSpan.FromSeconds(pause), TimeProvider.System, cancellationToken);
        switch (Random.Shared.Next(3))
        {
            case 0:
                await HandedOverAsync("clean stop", leader, await leader.StopAsync(), cancellationToken);
                break;
            case 1:
                killed.Add(leader);
                await HandedOverAsync("kill", leader, leader.KillNow(), cancellationToken);
                break;
            default:
                var victim = Random.Shared.Next(3) == 0 ? all.FirstOrDefault(one => one != leader && !one.HasExited) ?? leader : leader;
                await victim.HoldAsync(TimeSpan.FromSeconds(times.Lease * (0.5 + Random.Shared.NextDouble())), cancellationToken);
                break;
        }
    }

    /// <summary>Stops both.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        foreach (var one in all.Where(static one => !one.HasExited).ToList())
            await one.StopAsync();
        foreach (var one in all)
            await one.ExitAsync(cancellationToken);
        CountEnds();
        while (said.Reader.TryRead(out var line))
            lines.Add(line);
    }

    /// <summary>What was measured, for people.</summary>
    public IEnumerable<string> Report()
    {
        foreach (var (what, spans) in handOvers)
            yield return $"{spans.Count} hand-overs after a {what}: median {Median(spans):F2} s, longest {spans.Max().TotalSeconds:F2} s";
        yield return $"lease {times.Lease} s, renew {times.Renew} s, retry {times.Retry} s; {all.Count} processes, "
            + $"{all.Count(static one => one.WasHeld)} held, {lost} lost the lease; "
            + $"{Count("written")} writes, {Count("refused")} refused by the fence";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in all)
            await one.DisposeAsync();
    }

    private async Task HandedOverAsync(string how, ProbeProcess from, long at, CancellationToken cancellationToken)
    {
        var next = from;
        while (next == from)
            next = await WriterAfterAsync(at, cancellationToken);
        var first = lines.First(line => line.Process == next && line.What == "written");
        if (!handOvers.TryGetValue(how, out var spans))
            handOvers.Add(how, spans = []);
        spans.Add(Stopwatch.GetElapsedTime(at, first.At));
    }

    /// <summary>Waits for a write that is said to be later, and keeps two of them running meanwhile.</summary>
    private async Task<ProbeProcess> WriterAfterAsync(long at, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        while (true)
        {
            StartMissing();
            var line = await said.Reader.ReadAsync(limit.Token);
            lines.Add(line);
            if (line.What == "written" && line.At > at)
                return line.Process;
        }
    }

    /// <summary>Waits until the other one knows who leads: one that has only just begun has seen no record to count from.</summary>
    private async Task FollowedAsync(ProbeProcess leader, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        while (!leader.HasExited && !all.Any(one => !one.HasExited && one.Saw(leader)))
        {
            StartMissing(); // the one that was stopped last may have ended only now
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
        }
    }

    private void StartMissing()
    {
        while (all.Count(static one => !one.HasExited) < 2)
        {
            var identity = $"probe-{all.Count}";
            all.Add(new ProbeProcess(identity, [space, identity, .. times.Arguments], kubeconfig, said.Writer));
        }
    }

    private void CountEnds()
    {
        foreach (var one in all.Where(one => !killed.Contains(one)))
        {
            lost += one.ExitCode == Exit ? 1 : 0;
            if (one.ExitCode is not (0 or Exit))
                BadEnds.Add($"{one.Identity} ended with {one.ExitCode}: {one.Log}");
            else if (one.ExitCode == Exit && !one.Log.Contains("is lost", StringComparison.Ordinal))
                BadEnds.Add($"{one.Identity} ended without saying that it lost the lease: {one.Log}");
        }
    }

    private int Count(string what) => lines.Count(line => line.What == what);

    private static double Median(List<TimeSpan> spans) => spans.Order().ElementAt(spans.Count / 2).TotalSeconds;
}
