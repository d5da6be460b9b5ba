using System.Globalization;
using System.Text.Json;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>The operator is killed at random moments of rollouts.</summary>
[Collection(OperatorCollection.Name)]
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class OperatorKilledTests(ITestOutputHelper output)
{
    private const int Replicas = 2;

    // About as long as a rollout over two pods takes.
    private const int LongestMilliseconds = 4000;

    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("CYRUS_OPERATOR_KILLS") ?? "5", CultureInfo.InvariantCulture);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_random_moments_it_always_ends_in_the_same_state_and_no_pod_activates_a_generation_twice()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var process = await OperatorProcess.InsteadOfTheDeployedOneAsync(Stop);
        await using var server = await MailServer.StartAsync("killed", Stop, Replicas);
        await using var sessions = await LiveSessions.OpenAsync(server, Stop);
        var before = await server.PodsAsync(Stop);
        for (var kill = 0; kill < Kills; kill++)
        {
            var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());
            var moment = TimeSpan.FromMilliseconds(random.Next(LongestMilliseconds));
            await server.PatchSecretAsync(renewed, Stop);
            await Task.Delay(moment, TimeProvider.System, Stop);
            var status = (await server.ReadAsync(Stop)).Status!;
            process.KillAndStart();
            var healthy = await server.WaitAsync(MailServer.Serves(renewed), Stop);
            output.WriteLine($"killed after {moment.TotalSeconds} s: {string.Join(' ', status.Pods.Select(static pod => $"{pod.Name} {pod.Phase}"))}");
            (healthy.Status!.HealthyReplicas, healthy.Status.OutdatedReplicas, healthy.Status.Rejected).ShouldBe((Replicas, 0, null));
        }

        await sessions.GoOnAsync(Stop);
        (await server.PodsAsync(Stop)).Select(static pod => pod.Metadata.Uid).ShouldBe(before.Select(static pod => pod.Metadata.Uid));
        for (var ordinal = 0; ordinal < Replicas; ordinal++)
        {
            var activated = await ActivatedAsync(server, ordinal);
            activated.ShouldBeUnique();
            activated.Count.ShouldBeGreaterThanOrEqualTo(Kills);
        }
    }

    /// <summary>The generations that a pod's sidecar made active, in order.</summary>
    private static async Task<IReadOnlyList<string>> ActivatedAsync(MailServer server, int ordinal)
    {
        var log = await Kubectl.RunAsync(null, Stop, "logs", "-n", server.Namespace, $"{MailServer.Name}-{ordinal}", "-c", "reloader");
        var digests = new List<string>();
        foreach (var line in log.Split('\n').Where(static line => line.StartsWith('{')))
        {
            using var entry = JsonDocument.Parse(line);
            if (entry.RootElement.GetProperty("message").GetString() == "Generation activated.")
                digests.Add(entry.RootElement.GetProperty("digest").GetString()!);
        }
        return digests;
    }
}
