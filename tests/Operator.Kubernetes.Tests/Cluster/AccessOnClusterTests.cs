using System.Net;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Tests.Client;

namespace Operator.Kubernetes.Tests.Cluster;

/// <summary>Who we are to the server, and what it offers.</summary>
[Trait("needs", "cluster")]
public sealed class AccessOnClusterTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private const int Limit = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task An_impersonated_user_has_that_users_rights()
    {
        using var stranger = Connect(new Impersonation("jane"));
        var extra = new Dictionary<string, string> { ["a/b"] = "c" };
        using var master = Connect(new Impersonation("jane") { Group = "system:masters", Extra = extra });

        var error = await Should.ThrowAsync<ApiException>(() => stranger.GetAsync(Resources.ConfigMaps, cluster.Key("a"), Stop));

        error.IsForbidden.ShouldBeTrue();
        error.Message.ShouldContain("User \"jane\" cannot get resource \"configmaps\"");
        (await master.GetAsync(Resources.ConfigMaps, cluster.Key("a"), Stop)).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task The_credential_of_a_plugin_opens_the_door()
    {
        var own = ClusterFixture.Config;
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            Text(own.ClientCertificate, own.ClientCertificateFile) is { } certificate
                ? ExecOutput.Certificate(certificate, Text(own.ClientKey, own.ClientKeyFile)!)
                : ExecOutput.Token(Text(own.Token, own.TokenFile)!),
            Stop);
        var plugin = new ExecPluginOptions { ApiVersion = "client.authentication.k8s.io/v1", Command = "cat", Arguments = [file] };
        using var client = Connect(plugin: plugin);
        using var nobody = Connect(plugin: new ExecPluginOptions
        {
            ApiVersion = "client.authentication.k8s.io/v1",
            Command = "echo",
            Arguments = [ExecOutput.Token("rubbish")],
        });

        (await client.GetAsync(Resources.ConfigMaps, cluster.Key("a"), Stop)).ShouldBeNull();
        var error = await Should.ThrowAsync<ApiException>(() => nobody.GetAsync(Resources.ConfigMaps, cluster.Key("a"), Stop));

        error.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        File.Delete(file);
    }

    [Fact(Timeout = Limit)]
    public async Task Discovery_knows_what_is_served()
    {
        var discovery = new ApiDiscovery(cluster.Client, TimeProvider.System);
        await using var kind = await CustomKind.CreateAsync(cluster.Client, Stop);

        (await discovery.IsServedAsync(Resources.Pods, Stop)).ShouldBeTrue();
        (await discovery.IsServedAsync(Resources.StatefulSets.Scale(), Stop)).ShouldBeTrue();
        (await discovery.IsServedAsync(Resources.ConfigMaps.Scale(), Stop)).ShouldBeFalse();
        (await discovery.IsServedAsync("apps", "v1", "widgets", Stop)).ShouldBeFalse();
        (await discovery.IsServedAsync("none.example.com", "v1", "widgets", Stop)).ShouldBeFalse();
        (await discovery.IsServedAsync(kind.Resource, Stop)).ShouldBeTrue();
    }

    private static string? Text(string? inline, string? file) => inline ?? (file is null ? null : File.ReadAllText(file));

    private static KubernetesClient Connect(Impersonation? who = null, ExecPluginOptions? plugin = null)
    {
        var own = ClusterFixture.Config;
        return new KubernetesClient(
            new KubernetesClientConfig
            {
                Server = own.Server,
                CertificateAuthority = own.CertificateAuthority,
                CertificateAuthorityFile = own.CertificateAuthorityFile,
                ClientCertificate = plugin is null ? own.ClientCertificate : null,
                ClientCertificateFile = plugin is null ? own.ClientCertificateFile : null,
                ClientKey = plugin is null ? own.ClientKey : null,
                ClientKeyFile = plugin is null ? own.ClientKeyFile : null,
                Token = plugin is null ? own.Token : null,
                TokenFile = plugin is null ? own.TokenFile : null,
                Exec = plugin,
                Impersonate = who,
            },
            TimeProvider.System);
    }
}
