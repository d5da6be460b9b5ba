using Operator.Entities.Servers;
using Operator.Kubernetes.Client;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>A hundred servers with one wildcard certificate. Ten have real pods; sidecars of a script stand in for the others.</summary>
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class SharedSecretTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Real = 10, Scripted = 90;

    private readonly KubernetesClient client = LocalCluster.Connect();
    private readonly string space = $"e2e-shared-{Guid.NewGuid().ToString("N")[..6]}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await TestSpace.SearchAndDeleteAsync(space);
    }

    [Fact]
    public async Task Renewal_of_a_certificate_that_a_hundred_servers_share_reaches_them_all()
    {
        await Kubectl.RunAsync(null, Stop, "create", "namespace", space);
        await WriteSecretAsync(TestCertificate.Create(TimeProvider.System.GetUtcNow()));
        await using var pods = ScriptedPods.Start(client, space);
        for (var number = 0; number < Scripted; number++)
            await pods.AddAsync($"scripted-{number}");
        await Kubectl.ApplyAsync(string.Join("---\n", Names().Select(Manifest)), Stop);
        await WaitForAllAsync(static server => MailServer.IsHealthy(server));

        var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        var begun = TimeProvider.System.GetTimestamp();
        await WriteSecretAsync(renewed);
        var healthy = await WaitForAllAsync(server => MailServer.Serves(renewed)(server));

        var times = healthy.Select(seen => (seen.Server, Seconds: TimeProvider.System.GetElapsedTime(begun, seen.At).TotalSeconds)).ToList();
        output.WriteLine(
            $"from the write of the Secret to healthy: real pods ({Real}) {InWords(times, "real-")}; pods of a script ({Scripted}) {InWords(times, "scripted-")}");
        times.Count.ShouldBe(Real + Scripted);
    }

    private static IEnumerable<string> Names() =>
        Enumerable.Range(0, Real).Select(static number => $"real-{number}").Concat(Enumerable.Range(0, Scripted).Select(static number => $"scripted-{number}"));

    // No node has the label, so no kubelet takes a pod of the script.
    private string Manifest(string name) => $$"""
        apiVersion: cyrus-operator.dev/v1alpha1
        kind: CyrusServer
        metadata: {name: {{name}}, namespace: {{space}} }
        spec:
          imapdConf: "admins: cyrus\n"
          services: [{name: imaps, protocol: imap, port: 1993, tls: implicit, prefork: 2}]
          tls: {secretName: wildcard}
          pod: {{(name.StartsWith("scripted-", StringComparison.Ordinal) ? "{nodeSelector: {played-by: a-script} }" : "{}")}}

        """;

    private Task<string> WriteSecretAsync(TestCertificate certificate) =>
        Kubectl.ApplyAsync(TlsSecret.ManifestOf(space, "wildcard", certificate), Stop);

    /// <returns>Each server with the time at which it was first seen to be so.</returns>
    private async Task<IReadOnlyList<(string Server, long At)>> WaitForAllAsync(Func<CyrusServer, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromMinutes(4));
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        try
        {
            await foreach (var change in client.WatchAsync(CyrusResources.Servers, space, new WatchOptions(), limit.Token))
            {
                if (change.Object is { } server && wanted(server))
                    seen.TryAdd(server.Metadata.Name!, TimeProvider.System.GetTimestamp());
                if (seen.Count == Real + Scripted)
                    break;
            }
        }
        catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
        {
            throw new TimeoutException($"Only {seen.Count} became as wanted, and not: {string.Join(", ", Names().Except(seen.Keys))}");
        }
        return [.. seen.Select(static one => (one.Key, one.Value))];
    }

    private static string InWords(IEnumerable<(string Server, double Seconds)> times, string kind)
    {
        var sorted = times.Where(time => time.Server.StartsWith(kind, StringComparison.Ordinal)).Select(static time => time.Seconds).Order().ToList();
        return FormattableString.Invariant($"p50 {sorted[sorted.Count / 2]:0.00} s, max {sorted[^1]:0.00} s");
    }
}
