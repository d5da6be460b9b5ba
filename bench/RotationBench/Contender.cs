using MailLoad;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace RotationBench;

/// <summary>One way to get a new certificate into Cyrus, with a server of its own in a namespace of its own.</summary>
internal abstract class Contender(string name, string what) : IAsyncDisposable
{
    /// <summary>The pod that serves.</summary>
    protected const string PodName = "mail-0";

    private const string Password = "correct-horse";

    /// <summary>By which it is chosen.</summary>
    public string Name => name;

    /// <summary>In words.</summary>
    public string What => what;

    /// <summary>Where it lives.</summary>
    public string Namespace { get; } = $"bench-{name}";

    /// <summary>The API.</summary>
    protected KubernetesClient Client { get; } = LocalCluster.Connect();

    /// <summary>Makes the server, its accounts and mailboxes.</summary>
    /// <returns>Where the load goes: the Service, whose address outlives a pod.</returns>
    public async Task<MailSite> StartAsync(Workload workload, TestCertificate certificate, CancellationToken stop)
    {
        await RemoveAsync(stop);
        await Kubectl.RunAsync(null, stop, "create", "namespace", Namespace);
        await Kubectl.ApplyAsync(TlsSecret.ManifestOf(Namespace, "mail-tls", certificate), stop);
        await CreateAsync(workload, certificate, stop);
        var service = await Kubectl.RunAsync(null, stop, "get", "service", "mail", "-n", Namespace, "-o", "jsonpath={.spec.clusterIP}");
        var site = new MailSite(System.Net.IPAddress.Parse(service.Trim()), Password);
        await site.AnswersAsync(stop);
        await new Accounts(site, Namespace).CreateAsync(workload.Sessions, stop);
        return site;
    }

    /// <summary>Writes the Secret, by one request.</summary>
    public Task WriteAsync(TestCertificate certificate, CancellationToken stop) => Client.MergePatchAsync(
        Resources.Secrets, new ObjectKey(Namespace, "mail-tls"), TlsSecret.PatchOf(certificate), "bench", stop);

    /// <summary>Waits, after <see cref="WriteAsync"/>, until this way says that it is done; null for a way that never says so.</summary>
    public abstract Task<bool> DoneAsync(TestCertificate certificate, CancellationToken stop);

    /// <summary>Where the certificate is mounted, below the pod's volumes on the node.</summary>
    public abstract string MountedCertificate { get; }

    /// <summary>The pod that serves now, as its node sees it.</summary>
    public async Task<PodOnNode> LookAsync(CancellationToken stop)
    {
        var pod = await Client.GetAsync(Resources.Pods, new ObjectKey(Namespace, PodName), stop);
        return new PodOnNode(pod!.Metadata.Uid!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RemoveAsync(CancellationToken.None);
        Client.Dispose();
    }

    /// <summary>Makes the server and returns once it serves.</summary>
    protected abstract Task CreateAsync(Workload workload, TestCertificate certificate, CancellationToken stop);

    private Task<string> RemoveAsync(CancellationToken stop) =>
        Kubectl.RunAsync(null, stop, "delete", "namespace", Namespace, "--ignore-not-found", "--timeout=3m");
}
