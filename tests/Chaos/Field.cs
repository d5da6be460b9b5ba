using System.Collections.Concurrent;
using MailLoad;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Testing;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace Chaos;

/// <summary>The server under load, and what can be done to it and to everything around it.</summary>
internal sealed class Field : IAsyncDisposable
{
    /// <summary>The server's namespace.</summary>
    public const string Space = "chaos";

    /// <summary>Where the operator is.</summary>
    public const string OperatorSpace = "cyrus-system";

    private const int Prefork = 40;
    private const string Password = "correct-horse";
    private const string Impatient = "  rollout: {restart: {afterSeconds: 3, graceSeconds: 3} }"; // whoever is in a pod that goes is sent away: the faults are the point
    private static readonly TimeSpan OutageLimit = TimeSpan.FromMinutes(2), Beat = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> lies = new();
    private int configuration;
    private string option = "";
    private string spec = "";

    /// <summary>The API.</summary>
    public KubernetesClient Client { get; } = LocalCluster.Connect();

    /// <summary>The certificate that was written last.</summary>
    public TestCertificate Certificate { get; private set; } = TestCertificate.Create(TimeProvider.System.GetUtcNow());

    /// <summary>Every certificate's place, by the SHA-256 of its leaf.</summary>
    public IReadOnlyDictionary<string, int> Numbers => numbers;

    /// <summary>How many configurations were written.</summary>
    public int Configurations => configuration + 1;

    /// <summary>What the status said that was not so.</summary>
    public IReadOnlyCollection<string> Lies => lies;

    /// <summary>Makes the server, its accounts, and the Service of its first pod.</summary>
    public async Task<MailSite> StartAsync(int sessions, CancellationToken stop)
    {
        await Kubectl.RunAsync(null, stop, "delete", "namespace", Space, "--ignore-not-found", "--timeout=3m");
        await Kubectl.RunAsync(null, stop, "create", "namespace", Space);
        numbers[Certificate.LeafSha256] = 0;
        await Kubectl.ApplyAsync(TlsSecret.ManifestOf(Space, "mail-tls", Certificate), stop);
        await ApplyAsync(stop);
        await Kubectl.ApplyAsync(ServiceOfTheFirst(), stop);
        await Kubectl.RunAsync(null, stop, "wait", "-n", Space, "--for=condition=RolloutHealthy", "cyrus/mail", "--timeout=3m");
        var address = await Kubectl.RunAsync(null, stop, "get", "service", "first", "-n", Space, "-o", "jsonpath={.spec.clusterIP}");
        var site = new MailSite(System.Net.IPAddress.Parse(address), Password);
        await site.AnswersAsync(stop);
        await new Accounts(site, Space).CreateAsync(sessions, stop);
        return site;
    }

    /// <summary>Writes another certificate, as soon as the API takes it.</summary>
    public async Task RotateAsync(CancellationToken stop)
    {
        var renewed = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        numbers[renewed.LeafSha256] = numbers.Count;
        Certificate = renewed;
        var patch = TlsSecret.PatchOf(renewed);
        await DuringOutagesAsync(() => Client.MergePatchAsync(Resources.Secrets, new ObjectKey(Space, "mail-tls"), patch, "chaos", stop), stop);
    }

    /// <summary>Applies the server, with another option in its imapd.conf, which clients can tell from the one before it.</summary>
    public Task ConfigureAsync(string newOption, CancellationToken stop)
    {
        (configuration, option) = (configuration + 1, newOption);
        return ApplyAsync(stop);
    }

    /// <summary>Applies the server, with something else in its spec, which is kept until it is given anew.</summary>
    public Task ApplyAsync(CancellationToken stop, string? newSpec = null)
    {
        spec = newSpec ?? spec;
        var conf = $"{Claims.NameOf(configuration)}\n    {option}";
        return DuringOutagesAsync(() => Kubectl.ApplyAsync(MailServices.ServerIn(Space, Prefork, conf, $"{Impatient}\n{spec}"), stop), stop);
    }

    /// <summary>The server; null when there is none.</summary>
    public async Task<CyrusServer?> ReadAsync(CancellationToken stop)
    {
        CyrusServer? server = null;
        await DuringOutagesAsync(async () => server = await Client.GetAsync(CyrusResources.Servers, new ObjectKey(Space, "mail"), stop), stop);
        return server;
    }

    /// <summary>Waits until the status speaks of the spec as it is and does not call it healthy; it is a lie when it never does.</summary>
    /// <param name="because">Why it cannot be healthy.</param>
    /// <param name="stop">Ends it.</param>
    public async Task UnhealthyAsync(string because, CancellationToken stop)
    {
        var since = Tally.Now();
        while (await ReadAsync(stop) is { } server && (server.Status?.ObservedGeneration != server.Metadata.Generation || MailServer.IsHealthy(server)))
        {
            if (TimeProvider.System.GetElapsedTime(since) > OutageLimit)
            {
                Accuse($"a server that {because} is called healthy");
                return;
            }
            await Task.Delay(Beat, TimeProvider.System, stop);
        }
    }

    /// <summary>Notes a lie, once.</summary>
    public void Accuse(string lie)
    {
        if (!lies.Contains(lie))
            lies.Enqueue(lie);
    }

    /// <summary>Runs a kubectl that may find no API for a while.</summary>
    public static Task KubectlAsync(CancellationToken stop, params string[] arguments) =>
        DuringOutagesAsync(() => Kubectl.RunAsync(null, stop, arguments), stop);

    /// <summary>The first pod as its node sees it; null when there is none.</summary>
    public async Task<PodOnNode?> PodAsync(CancellationToken stop)
    {
        V1Pod? pod = null;
        await DuringOutagesAsync(async () => pod = await Client.GetAsync(Resources.Pods, new ObjectKey(Space, "mail-0"), stop), stop);
        return pod?.Metadata.Uid is { } uid ? new PodOnNode(uid) : null;
    }

    /// <summary>Starts what is missing of the cluster.</summary>
    public static Task RepairClusterAsync(CancellationToken stop) =>
        Tool.RunAsync(Repository.PathOf("hack", "cluster"), null, stop, "up");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Kubectl.RunAsync(null, CancellationToken.None, "delete", "namespace", Space, "--ignore-not-found", "--timeout=3m");
        Client.Dispose();
    }

    // What a user does whose request fails because the API server is away: again.
    private static async Task DuringOutagesAsync(Func<Task> request, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(OutageLimit);
        while (true)
        {
            try
            {
                await request();
                return;
            }
            catch (Exception error) when (!limit.IsCancellationRequested && error is InvalidOperationException or HttpRequestException or ApiException)
            {
                await Task.Delay(Beat, TimeProvider.System, limit.Token);
            }
        }
    }

    // Ready or not: a kubelet that starts calls each pod unready until it has looked at it, and its pod serves all the while.
    private static string ServiceOfTheFirst() => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: first, namespace: {{Space}} }
        spec:
          publishNotReadyAddresses: true
          selector: {statefulset.kubernetes.io/pod-name: mail-0}
          ports:
        {{string.Join("\n", MailServices.Of(Prefork).Select(static one => $"  - {{name: {one.Name}, port: {one.Port} }}"))}}
        """;
}
