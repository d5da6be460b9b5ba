using System.Diagnostics;
using System.Globalization;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Tests.ApiServer;

namespace Operator.Kubernetes.Tests.Leadership;

/// <summary>
/// Two processes, one Lease, one real API server: the leader is killed, held and stopped at random, for half a minute or for
/// <c>LEADER_CHAOS_SECONDS</c>; from two minutes on with client-go's times instead of short ones.
/// </summary>
[Trait("needs", "apiserver")]
public sealed class LeaderChaosTests(ApiServerFixture fixture, ITestOutputHelper output) : IClassFixture<ApiServerFixture>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static TimeSpan Duration => TimeSpan.FromSeconds(int.Parse(
        Environment.GetEnvironmentVariable("LEADER_CHAOS_SECONDS") is { Length: > 0 } value ? value : "30", CultureInfo.InvariantCulture));

    [Fact]
    public async Task There_are_never_two_writers_at_once_whatever_is_killed_held_or_stopped()
    {
        var space = await fixture.CreateNamespaceAsync(Stop);
        await CreateCountAsync(space);
        var times = Duration < TimeSpan.FromMinutes(2) ? new ProbeTimes(4, 2, 0.5) : new ProbeTimes(15, 10, 2);
        await using var pair = new ProbePair(fixture.Server.Kubeconfig, space, times);
        var startedAt = Stopwatch.GetTimestamp();
        await pair.LeaderAsync(Stop);

        while (Stopwatch.GetElapsedTime(startedAt) < Duration)
            await pair.DisturbAsync(Stop);
        await pair.LeaderAsync(Stop);
        await pair.EndAsync(Stop);

        foreach (var line in pair.Report())
            output.WriteLine(line);
        ShouldHaveOneWriterAtATime(pair.Lines);
        ShouldHaveRefusedOnlyWhoWasHeld(pair.Lines);
        await ShouldHaveLostNothingAsync(space, pair.Lines);
        await ShouldHaveCountedTheTermsAsync(space, pair.Lines);
        pair.BadEnds.ShouldBeEmpty();
    }

    /// <summary>What one process wrote is not interleaved with what another wrote: each has one stretch of the count.</summary>
    private static void ShouldHaveOneWriterAtATime(IReadOnlyList<ProbeLine> lines)
    {
        var stretches = new List<ProbeProcess>();
        foreach (var line in lines.Where(static line => line.What == "written").OrderBy(static line => line.Count))
        {
            if (stretches.LastOrDefault() != line.Process)
                stretches.Add(line.Process);
        }
        stretches.ShouldBeUnique();
    }

    /// <summary>
    /// A write is refused when a later term has written. That happens only to those that were held past their time and had not looked at
    /// the clock yet: all others the election alone keeps apart.
    /// </summary>
    private static void ShouldHaveRefusedOnlyWhoWasHeld(IReadOnlyList<ProbeLine> lines) =>
        lines.Where(static line => line.What == "refused" && !line.Process.WasHeld).ShouldBeEmpty();

    /// <summary>Each count was written once; only the answer to a last try may have been lost with its process.</summary>
    private async Task ShouldHaveLostNothingAsync(string space, IReadOnlyList<ProbeLine> lines)
    {
        var map = await fixture.Client.GetAsync(Resources.ConfigMaps, new ObjectKey(space, "count"), Stop);
        var last = int.Parse(map!.Data!["count"], CultureInfo.InvariantCulture);
        var written = lines.Where(static line => line.What == "written").Select(static line => line.Count).ToList();
        written.ShouldBeUnique();
        var tried = lines.Where(static line => line.What == "try").Select(static line => line.Count).ToHashSet();
        Enumerable.Range(1, last).Except(written).ShouldAllBe(count => tried.Contains(count));
        written.ShouldAllBe(count => count <= last);
    }

    private async Task ShouldHaveCountedTheTermsAsync(string space, IReadOnlyList<ProbeLine> lines)
    {
        var lease = await fixture.Client.GetAsync(Resources.Leases, new ObjectKey(space, "probe"), Stop);
        var writers = lines.Where(static line => line.What == "written").Select(static line => line.Process).Distinct().Count();
        lease!.Spec!.LeaseTransitions!.Value.ShouldBeGreaterThanOrEqualTo(writers - 1);
    }

    private Task<V1ConfigMap> CreateCountAsync(string space) => fixture.Client.CreateAsync(
        Resources.ConfigMaps,
        new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Namespace = space, Name = "count" },
            Data = new Dictionary<string, string> { ["count"] = "0", ["term"] = "0" },
        },
        Stop);
}
