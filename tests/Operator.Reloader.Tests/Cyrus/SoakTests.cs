using System.Globalization;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>The promise, many times over: what happens once in a hundred reloads shows here. <c>hack/test --full</c> makes it 500.</summary>
[Trait("needs", "cyrus")]
[Trait("cost", "long")]
public sealed class SoakTests(ITestOutputHelper output)
{
    private static readonly int Rotations =
        int.Parse(Environment.GetEnvironmentVariable("CYRUS_SOAK_ROTATIONS") ?? "20", CultureInfo.InvariantCulture);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rotations_in_a_row_with_fifty_sessions_and_prefork_fifty_lose_nothing()
    {
        // The server itself says BYE to a client that is silent for half an hour (POP3: ten minutes).
        await using var cyrus = await RealCyrus.StartAsync(
            Stop,
            bundle => bundle with { Prefork = 10, PreforkImaps = 50, ExtraImapdConf = "timeout: 24h\npoptimeout: 24h" },
            volumeMegabytes: 128);
        await using var sessions = await LiveSessions.OpenAsync(cyrus.Layout, Stop, rounds: 18);
        sessions.Count.ShouldBeGreaterThanOrEqualTo(50);
        await using var traffic = Traffic.Start(cyrus.Layout, cyrus.First!.Certificate);
        var seconds = new Dictionary<string, List<double>>();

        for (var rotation = 1; rotation <= Rotations; rotation++)
        {
            var bundle = cyrus.NewBundle();
            traffic.Announce(bundle.Certificate, rotation);
            cyrus.Publish(bundle);
            var report = await cyrus.WaitForHealthyAsync(bundle, Stop);
            traffic.Require(rotation);
            report.Workers.Stale.ShouldBe(0);
            foreach (var (phase, spent) in report.PhaseSeconds)
                (seconds.TryGetValue(phase, out var list) ? list : seconds[phase] = []).Add(spent);
        }

        await sessions.FinishAsync(Stop);
        output.WriteLine($"{Rotations} rotations, {sessions.Count} sessions, {traffic.Connections} new connections, {traffic.Faults.Count} faults; {cyrus.EngineMemory()}");
        foreach (var (phase, spent) in seconds)
            output.WriteLine(Distribution(phase, spent));
        traffic.Faults.ShouldBeEmpty(cyrus.EngineLog);
    }

    private static string Distribution(string phase, List<double> seconds)
    {
        seconds.Sort();
        double At(double part) => seconds[(int)Math.Min(seconds.Count - 1, part * seconds.Count)];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{phase,-12} n={seconds.Count,4}  p50={At(0.5):0.000}  p90={At(0.9):0.000}  p99={At(0.99):0.000}  max={seconds[^1]:0.000} s");
    }
}
