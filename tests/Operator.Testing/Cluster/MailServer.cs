using System.Net;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Canaries;
using Operator.Testing.Mail;

namespace Operator.Testing.Cluster;

/// <summary>A CyrusServer in a namespace of its own, with users, deleted when the test ends.</summary>
public sealed class MailServer : IAsyncDisposable
{
    public const string Name = "mail";
    public const string Password = "correct-horse";
    public static readonly string[] PopUsers = ["pop1", "pop2", "pop3", "pop4", "pop5", "pop6"];
    public const int Imap = 1143, Imaps = 1993, Pop3 = 1110;

    private static readonly string[] Users = ["cyrus", "alice", "bob", "carol", .. PopUsers];

    private readonly KubernetesClient client = LocalCluster.Connect();

    private readonly int replicas;

    private MailServer(string space, int replicas)
    {
        KnownCanaries.Text("the password of the mail users", Password);
        (Namespace, this.replicas) = (space, replicas);
    }

    public string Namespace { get; }

    public KubernetesClient Client => client;

    /// <summary>The certificate that was put into the Secret last.</summary>
    public TestCertificate Certificate { get; private set; } = TestCertificate.Create(TimeProvider.System.GetUtcNow());

    public static ObjectKey Key(string space) => new(space, Name);

    /// <summary>Makes a namespace of its own, Secret, server and users, and waits until it is healthy.</summary>
    public static async Task<MailServer> StartAsync(string purpose, CancellationToken cancellationToken, int replicas = 1)
    {
        var space = $"e2e-{purpose}-{Guid.NewGuid().ToString("N")[..6]}";
        await Kubectl.RunAsync(null, cancellationToken, "create", "namespace", space);
        var server = new MailServer(space, replicas);
        try
        {
            await server.SetUpAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same in a namespace with a name, which may be there already.</summary>
    public static async Task<MailServer> StartInAsync(string space, CancellationToken cancellationToken)
    {
        await Kubectl.ApplyAsync($$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{space}}"} }""", cancellationToken);
        var server = new MailServer(space, replicas: 1);
        await server.SetUpAsync(cancellationToken);
        return server;
    }

    /// <summary>The manifest, with the admins and anything else that a test wants in imapd.conf.</summary>
    private string Manifest(string admins, string moreImapdConf, int imapPrefork, string rollout, string tls, string more) => $$"""
        apiVersion: cyrus-operator.dev/v1alpha1
        kind: CyrusServer
        metadata: {name: {{Name}}, namespace: {{Namespace}} }
        spec:
          replicas: {{replicas}}
          imapdConf: |
            admins: {{admins}}
            allowplaintext: yes
            sasl_pwcheck_method: auxprop
            sasl_auxprop_plugin: sasldb
            sasl_sasldb_path: /var/lib/cyrus/sasldb2
            sasl_mech_list: PLAIN LOGIN
            {{moreImapdConf}}
          services:
          - {name: imap, protocol: imap, port: {{Imap}}, tls: startTls, prefork: {{imapPrefork}} }
          - {name: imaps, protocol: imap, port: {{Imaps}}, tls: implicit, prefork: 10}
          - {name: pop3, protocol: pop3, port: {{Pop3}}, tls: startTls, prefork: 10}
          tls: {{tls}}
          rollout: {{rollout}}
          {{more}}
        """;

    /// <summary>Applies the manifest with kubectl; see <see cref="Manifest"/> for what can vary.</summary>
    public Task ApplyAsync(
        CancellationToken cancellationToken,
        string admins = "cyrus",
        string moreImapdConf = "",
        int imapPrefork = 10,
        string rollout = "{}",
        string tls = "{secretName: mail-tls}",
        string more = "") =>
        Kubectl.ApplyAsync(Manifest(admins, moreImapdConf, imapPrefork, rollout, tls, more), cancellationToken);

    /// <summary>Writes the TLS Secret with kubectl, as a user or cert-manager would.</summary>
    public async Task WriteSecretAsync(TestCertificate certificate, CancellationToken cancellationToken, string? key = null)
    {
        await WriteSecretAsync("mail-tls", key is null ? certificate : certificate with { KeyPem = key }, cancellationToken);
        if (key is null)
            Certificate = certificate;
    }

    /// <summary>The same with a name that the server may not have.</summary>
    public Task WriteSecretAsync(string name, TestCertificate certificate, CancellationToken cancellationToken) =>
        Kubectl.ApplyAsync(TlsSecret.ManifestOf(Namespace, name, certificate), cancellationToken);

    /// <summary>The same by one request: for what must happen within milliseconds.</summary>
    public async Task PatchSecretAsync(TestCertificate certificate, CancellationToken cancellationToken)
    {
        await client.MergePatchAsync(
            Resources.Secrets, new ObjectKey(Namespace, "mail-tls"), TlsSecret.PatchOf(certificate), "end-to-end", cancellationToken);
        Certificate = certificate;
    }

    /// <summary>The server as the API has it.</summary>
    public async Task<CyrusServer> ReadAsync(CancellationToken cancellationToken) =>
        (await client.GetAsync(CyrusResources.Servers, Key(Namespace), cancellationToken))!;

    /// <summary>One pod, the first unless said otherwise.</summary>
    public async Task<V1Pod> PodAsync(CancellationToken cancellationToken, int ordinal = 0) =>
        (await client.GetAsync(Resources.Pods, new ObjectKey(Namespace, $"{Name}-{ordinal}"), cancellationToken))!;

    /// <summary>All pods, by ordinal.</summary>
    public async Task<V1Pod[]> PodsAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(Enumerable.Range(0, replicas).Select(ordinal => PodAsync(cancellationToken, ordinal)));

    /// <summary>Where a listener of a pod is.</summary>
    public async Task<IPEndPoint> AddressAsync(int port, CancellationToken cancellationToken, int ordinal = 0) =>
        new(IPAddress.Parse((await PodAsync(cancellationToken, ordinal)).Status!.PodIP!), port);

    /// <summary>By which its sidecar gives its report.</summary>
    public async Task<ReportKey> ReportKeyAsync(CancellationToken cancellationToken)
    {
        var secret = await client.GetAsync(Resources.Secrets, new ObjectKey(Namespace, Name + "-bundle"), cancellationToken);
        return ReportKey.Parse(secret!.Data![BundleFiles.ReportKey])!;
    }

    /// <summary>Watches the server until its status is as wanted, and returns it.</summary>
    /// <exception cref="TimeoutException">It was not within three minutes; the message has the last status.</exception>
    public async Task<CyrusServer> WaitAsync(Func<CyrusServer, bool> wanted, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        CyrusServer? last = null;
        try
        {
            var options = new WatchOptions { FieldSelector = $"metadata.name={Name}" };
            await foreach (var change in client.WatchAsync(CyrusResources.Servers, Namespace, options, limit.Token))
            {
                last = change.Object ?? last;
                if (change.Object is { } server && wanted(server))
                    return server;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Falls through to the time-out below.
        }
        var conditions = last?.Status?.Conditions.Select(static one => $"{one.Type}={one.Status} {one.Reason}: {one.Message}") ?? [];
        throw new TimeoutException($"The server never became as wanted. Its conditions: {string.Join("; ", conditions)}");
    }

    /// <summary>Whether the status says healthy for the generation that it is about.</summary>
    public static bool IsHealthy(CyrusServer server) =>
        server.Status is { } status
        && status.ObservedGeneration == server.Metadata.Generation
        && Conditions.IsTrue(status.Conditions, "RolloutHealthy");

    /// <summary>Whether the status says that the certificate with this leaf is served everywhere.</summary>
    public static Func<CyrusServer, bool> Serves(TestCertificate certificate) =>
        server => IsHealthy(server) && server.Status!.Pods.All(pod => pod.CertificateSha256 == certificate.LeafSha256);

    /// <inheritdoc/>
    /// <exception cref="LeakException">The system has written a secret of this process.</exception>
    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await TestSpace.SearchAndDeleteAsync(Namespace);
    }

    private async Task SetUpAsync(CancellationToken cancellationToken)
    {
        await WriteSecretAsync(Certificate, cancellationToken);
        await ApplyAsync(cancellationToken);
        await WaitAsync(Serves(Certificate), cancellationToken);
        for (var ordinal = 0; ordinal < replicas; ordinal++)
            await AddUsersAsync(ordinal, cancellationToken);
    }

    // Each pod is a server of its own.
    private async Task AddUsersAsync(int ordinal, CancellationToken cancellationToken)
    {
        foreach (var user in Users)
            await AddUserAsync(user, ordinal, cancellationToken);
        await using var admin = await ImapSession.OpenAsync(await AddressAsync(Imap, cancellationToken, ordinal), false, cancellationToken);
        await admin.LoginAsync("cyrus", Password, cancellationToken);
        foreach (var user in Users.Skip(1))
        {
            var answer = await admin.TryCommandAsync($"CREATE user/{user}", cancellationToken);
            if (!answer.StartsWith("OK", StringComparison.Ordinal) && !answer.Contains("already exists", StringComparison.Ordinal))
                throw new MailException($"the mailbox of {user} cannot be created: {answer}");
        }
        await admin.LogoutAsync(cancellationToken);
    }

    private async Task AddUserAsync(string user, int ordinal, CancellationToken cancellationToken) =>
        await Kubectl.RunAsync(
            Password,
            cancellationToken,
            "exec", "-i", "-n", Namespace, $"{Name}-{ordinal}", "-c", "cyrus", "--",
            "/usr/sbin/saslpasswd2", "-p", "-c", "-f", PodPaths.ConfigDirectory + "/sasldb2", user);
}
