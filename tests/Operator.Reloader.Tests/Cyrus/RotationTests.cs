using System.Diagnostics;
using Operator.Entities.Contract;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>The promise, on a real server: a certificate changes, no session and no connection notices but by the certificate.</summary>
[Trait("needs", "cyrus")]
public sealed class RotationTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_rotations_under_load_drop_no_session_and_refuse_no_connection()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        await using var sessions = await LiveSessions.OpenAsync(cyrus.Layout, Stop);
        await using var traffic = Traffic.Start(cyrus.Layout, cyrus.First!.Certificate);

        for (var rotation = 1; rotation <= 10; rotation++)
        {
            var bundle = cyrus.NewBundle();
            traffic.Announce(bundle.Certificate, rotation);
            var since = Stopwatch.GetTimestamp();
            cyrus.Publish(bundle);
            var report = await cyrus.WaitForHealthyAsync(bundle, Stop);
            traffic.Require(rotation);

            output.WriteLine($"{rotation}: {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms {Describe(report)}");
            report.Workers.Draining.ShouldBeGreaterThanOrEqualTo(sessions.Count);
            report.Certificates.Select(certificate => certificate.Sha256).Distinct().ShouldBe([bundle.Certificate.LeafSha256]);
            report.Certificates.Count.ShouldBe(cyrus.Layout.Listeners.Count);
        }

        traffic.Faults.ShouldBeEmpty(cyrus.EngineLog);
        await sessions.FinishAsync(Stop);
        traffic.Connections.ShouldBeGreaterThan(50);
        output.WriteLine($"{traffic.Connections} connections; engine {cyrus.EngineMemory()}");
    }

    [Fact]
    public async Task Changes_in_quick_succession_coalesce_and_the_newest_wins()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        var bundles = Enumerable.Range(0, 12).Select(_ => cyrus.NewBundle()).ToList();

        foreach (var bundle in bundles)
            cyrus.Publish(bundle);
        await cyrus.WaitForHealthyAsync(bundles[^1], Stop);

        var activated = cyrus.EngineLog.Split('\n').Where(static line => line.Contains("Generation activated", StringComparison.Ordinal)).ToList();
        activated.Count.ShouldBeLessThan(bundles.Count);
        activated[^1].ShouldContain(bundles[^1].Digest);
    }

    private static string Describe(ReloadReport report) =>
        $"{report.Workers} {string.Join(' ', report.PhaseSeconds.Select(phase => $"{phase.Key}={phase.Value}"))}";
}
