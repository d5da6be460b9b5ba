using System.Net;
using System.Text;
using System.Text.Json;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Testing.ApiServer;

/// <summary>
/// A real etcd and a real kube-apiserver of our own, on loopback ports, with throw-away certificates and data, up in seconds. No
/// kubelet and no controller manager: pods never run, a deleted namespace stays, nothing collects garbage. Both processes can be
/// killed, stopped, held and started again, with the same data on the same ports.
/// </summary>
public sealed class LocalApiServer : IAsyncDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);
    private readonly CertificateAuthority authority = new();
    private readonly HttpClient etcdApi = new(new HttpClientHandler { UseProxy = false });
    private readonly string folder = Directory.CreateTempSubdirectory("apiserver-").FullName;
    private readonly int etcdPort = FreePort.Next();
    private readonly int etcdPeerPort = FreePort.Next();

    private LocalApiServer(string etcd, string apiServer, IEnumerable<string> flags)
    {
        File.WriteAllText(PathOf("ca.crt"), authority.Certificate);
        var server = authority.IssueServer(IPAddress.Loopback);
        File.WriteAllText(PathOf("server.crt"), server.Certificate);
        File.WriteAllText(PathOf("server.key"), server.Key);
        File.WriteAllText(PathOf("service-account.key"), CertificateAuthority.NewKey());
        Config = ConfigThrough(Port);
        File.WriteAllText(Kubeconfig, KubeconfigText(Config));
        Etcd = new Daemon(etcd, EtcdArguments(), new Uri($"http://127.0.0.1:{etcdPort}/health"), PathOf("etcd.log"));
        ApiServer = new Daemon(
            apiServer, [.. ApiServerArguments(), .. flags], new Uri(Config.Server, "/readyz"), PathOf("kube-apiserver.log"));
    }

    /// <summary>The API server's port on 127.0.0.1, the same over all restarts.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>A way in as an administrator.</summary>
    public KubernetesClientConfig Config { get; }

    /// <summary>The same as a kubeconfig file.</summary>
    public string Kubeconfig => PathOf("kubeconfig");

    /// <summary>etcd, which has no other user.</summary>
    public Daemon Etcd { get; }

    /// <summary>kube-apiserver.</summary>
    public Daemon ApiServer { get; }

    /// <summary>Starts both and waits until they are ready and the namespace <c>default</c> is there.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="flags">More flags of kube-apiserver; of a repeated one the last counts.</param>
    /// <exception cref="InvalidOperationException">A program is missing or does not become ready; the message says which and why.</exception>
    public static async Task<LocalApiServer> StartAsync(CancellationToken cancellationToken, params IEnumerable<string> flags)
    {
        var started = new LocalApiServer(Binaries.Etcd, Binaries.KubeApiServer, flags);
        try
        {
            await started.Etcd.StartAsync(cancellationToken);
            await started.ApiServer.StartAsync(cancellationToken);
            await started.WaitForDefaultNamespaceAsync(cancellationToken);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>A way in as any user, such as one without rights.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="port">A port on 127.0.0.1 that leads to the server, such as a proxy's; null for its own.</param>
    /// <param name="groups">The user's groups; <c>system:masters</c> may do everything.</param>
    public KubernetesClientConfig ConfigOf(string user, int? port, params IEnumerable<string> groups) =>
        ConfigOf(authority.IssueClient(user, groups), port, null);

    /// <summary>An administrator's way in by another port.</summary>
    /// <param name="port">A port on 127.0.0.1 that leads to the server; null for its own.</param>
    /// <param name="deadline">Of each call; null for the usual one.</param>
    public KubernetesClientConfig ConfigThrough(int? port, TimeSpan? deadline = null) =>
        ConfigOf(authority.IssueClient("test-admin", "system:masters"), port, deadline);

    /// <summary>
    /// Throws away all that etcd knows of the past, as the API server has it do every five minutes: versions and page tokens from
    /// before are gone (410).
    /// </summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        // etcd's gRPC gateway (etcd dev-guide, api_grpc_gateway). Any range tells the newest revision.
        var range = await EtcdAsync("kv/range", """{"key":"AA=="}""", cancellationToken);
        using var answer = JsonDocument.Parse(range);
        var revision = answer.RootElement.GetProperty("header").GetProperty("revision").GetString();
        await EtcdAsync("kv/compaction", $$"""{"revision":"{{revision}}","physical":true}""", cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ApiServer.DisposeAsync();
        await Etcd.DisposeAsync();
        etcdApi.Dispose();
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string KubeconfigText(KubernetesClientConfig config) => $$"""
        apiVersion: v1
        kind: Config
        current-context: test
        contexts:
        - name: test
          context: {cluster: test, user: test}
        clusters:
        - name: test
          cluster:
            server: {{config.Server}}
            certificate-authority-data: {{Base64(config.CertificateAuthority!)}}
        users:
        - name: test
          user:
            client-certificate-data: {{Base64(config.ClientCertificate!)}}
            client-key-data: {{Base64(config.ClientKey!)}}

        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>It is made in the background; a server that says that it is ready may be without it for a moment.</summary>
    private async Task WaitForDefaultNamespaceAsync(CancellationToken cancellationToken)
    {
        using var client = new KubernetesClient(Config, TimeProvider.System);
        while (await client.GetAsync(Resources.Namespaces, new ObjectKey(null, "default"), cancellationToken) is null)
            await Task.Delay(s_poll, TimeProvider.System, cancellationToken);
    }

    private KubernetesClientConfig ConfigOf(KeyPair client, int? port, TimeSpan? deadline)
    {
        var server = new Uri($"https://127.0.0.1:{port ?? Port}");
        return new KubernetesClientConfig
        {
            Server = server,
            CertificateAuthority = authority.Certificate,
            ClientCertificate = client.Certificate,
            ClientKey = client.Key,
            Deadline = deadline ?? new KubernetesClientConfig { Server = server }.Deadline,
        };
    }

    private async Task<string> EtcdAsync(string method, string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body);
        using var answer = await etcdApi.PostAsync(new Uri($"http://127.0.0.1:{etcdPort}/v3/{method}"), content, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    private string[] EtcdArguments()
    {
        var (client, peer) = ($"http://127.0.0.1:{etcdPort}", $"http://127.0.0.1:{etcdPeerPort}");
        return
        [
            "--name=default", $"--data-dir={PathOf("etcd")}", "--logger=zap", "--log-level=warn",
            "--quota-backend-bytes=8589934592", // benches write more than the usual 2 GB between two compactions
            "--unsafe-no-fsync", // what is lost with the machine is no loss; what a kill leaves behind is in the page cache
            $"--listen-client-urls={client}", $"--advertise-client-urls={client}",
            $"--listen-peer-urls={peer}", $"--initial-advertise-peer-urls={peer}", $"--initial-cluster=default={peer}",
        ];
    }

    private string[] ApiServerArguments() =>
    [
        $"--etcd-servers=http://127.0.0.1:{etcdPort}",
        "--bind-address=127.0.0.1", $"--secure-port={Port}", "--insecure-port=0",
        "--advertise-address=198.18.0.1", "--endpoint-reconciler-type=none", // nobody is told where it is
        $"--cert-dir={PathOf("kube-apiserver")}", $"--client-ca-file={PathOf("ca.crt")}",
        $"--tls-cert-file={PathOf("server.crt")}", $"--tls-private-key-file={PathOf("server.key")}",
        "--service-account-issuer=https://kubernetes.default.svc",
        $"--service-account-key-file={PathOf("service-account.key")}",
        $"--service-account-signing-key-file={PathOf("service-account.key")}",
        "--service-cluster-ip-range=198.19.0.0/16", "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount", // it waits for accounts that only a controller manager makes
    ];

    private string PathOf(string name) => Path.Combine(folder, name);
}
