using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace EndToEnd;

/// <summary>
/// A server by its chart. <c>helm upgrade --wait</c> waits as kstatus does, so this shows, too, that such tools understand the status. (A resource that
/// is new has no status for a moment, which kstatus takes for ready: hence <c>kubectl wait</c> after the installation.)
/// </summary>
[Trait("needs", "helm")]
[Trait("needs", "cluster")]
[Trait("needs", "operator")]
public sealed class ServerChartTests : IAsyncDisposable
{
    private const string Name = "post";
    private static readonly string Chart = Repository.PathOf("charts/cyrus-server");

    private readonly string space = $"e2e-chart-{Guid.NewGuid().ToString("N")[..6]}";
    private readonly KubernetesClient client = LocalCluster.Connect();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await TestSpace.SearchAndDeleteAsync(space);
    }

    [Fact]
    public async Task An_upgrade_waits_until_the_wire_shows_it_and_uninstall_keeps_the_mail()
    {
        await Kubectl.RunAsync(null, Stop, "create", "namespace", space);
        await MakeSecretAsync(TestCertificate.Create(TimeProvider.System.GetUtcNow()));

        await HelmAsync("install", "timeout: 5");
        await Kubectl.RunAsync(null, Stop, "-n", space, "wait", "--for=condition=RolloutHealthy", $"cyrusserver/{Name}", "--timeout=3m");
        var installed = await ReadAsync();
        await HelmAsync("upgrade", "timeout: 6", "--wait", "--timeout", "3m");
        var upgraded = await ReadAsync();

        MailServer.IsHealthy(installed).ShouldBeTrue();
        MailServer.IsHealthy(upgraded).ShouldBeTrue("helm upgrade --wait came back before the change was in force");
        upgraded.Status!.Digest.ShouldNotBe(installed.Status!.Digest);

        await Helm.RunAsync(Stop, "uninstall", Name, "--namespace", space, "--wait", "--timeout", "2m");
        (await client.GetAsync(CyrusResources.Servers, new ObjectKey(space, Name), Stop)).ShouldBeNull();
        (await Kubectl.RunAsync(null, Stop, "-n", space, "get", "pvc", "-o", "name")).ShouldContain($"spool-{Name}-0");
    }

    private Task<string> HelmAsync(string command, string option, params string[] more) => Helm.RunAsync(
        Stop,
        [
            command, Name, Chart, "--namespace", space,
            "--set-string", $"imapdConf=sasl_mech_list: PLAIN\n{option}\n",
            "--set-json", """services=[{"name":"imaps","protocol":"imap","port":1993,"tls":"implicit","prefork":2}]""",
            "--set", "tls.secretName=post-tls",
            .. more,
        ]);

    private async Task<CyrusServer> ReadAsync() => (await client.GetAsync(CyrusResources.Servers, new ObjectKey(space, Name), Stop))!;

    private async Task MakeSecretAsync(TestCertificate certificate)
    {
        var folder = Directory.CreateTempSubdirectory("cyrus-chart-");
        var (chain, key) = (Path.Combine(folder.FullName, "tls.crt"), Path.Combine(folder.FullName, "tls.key"));
        await File.WriteAllTextAsync(chain, certificate.ChainPem, Stop);
        await File.WriteAllTextAsync(key, certificate.KeyPem, Stop);
        await Kubectl.RunAsync(null, Stop, "-n", space, "create", "secret", "tls", "post-tls", "--cert", chain, "--key", key);
        folder.Delete(recursive: true);
    }
}
