using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Informers;
using Operator.Testing.Cluster;
using Operator.Testing.Mail;

namespace OperatorBench;

/// <summary>The servers, and the Secrets that they share, one for each namespace.</summary>
internal sealed class Population : IAsyncDisposable
{
    private const int Parallel = 8;
    private const string Secret = "wildcard";

    private readonly KubernetesClient client;
    private readonly int sharing;
    private readonly CancellationTokenSource stop = new();
    private readonly Informer<CyrusServer> servers;
    private readonly List<TestCertificate> certificates = [];
    private readonly Task following;
    private Waiting? waiting;
    private int count;

    /// <summary>Servers that shall become something, and when they did.</summary>
    private sealed class Waiting(Func<CyrusServer, bool> isSo, int expected)
    {
        private readonly HashSet<ObjectKey> seen = [];
        private readonly long since = TimeProvider.System.GetTimestamp();

        public TaskCompletionSource All { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<double> Seconds { get; } = [];

        public void Look(CyrusServer server)
        {
            lock (seen)
            {
                if (!isSo(server) || !seen.Add(ObjectKey.Of(server)))
                    return;
                Seconds.Add(TimeProvider.System.GetElapsedTime(since).TotalSeconds);
                if (Seconds.Count == expected)
                    All.TrySetResult();
            }
        }
    }

    private Population(KubernetesClient client, int sharing)
    {
        this.client = client;
        this.sharing = sharing;
        servers = new Informer<CyrusServer>(
            client, CyrusResources.Servers, new InformerOptions(), TimeProvider.System, NullLogger<Informer<CyrusServer>>.Instance);
        servers.OnChange(change => Volatile.Read(ref waiting)?.Look(change.Object));
        following = servers.RunAsync(stop.Token);
    }

    /// <summary>How many servers there are.</summary>
    public int Count => count;

    /// <summary>Starts with none.</summary>
    public static Population Start(KubernetesClient client, int sharing) => new(client, sharing);

    /// <summary>Makes servers until there are so many; returns when each of them became healthy, in seconds from now.</summary>
    public async Task<IReadOnlyList<double>> GrowAsync(int wanted, CancellationToken cancellationToken)
    {
        for (var space = certificates.Count; space * sharing < wanted; space++)
            await MakeSpaceAsync(space, cancellationToken);
        var wait = Await(static server => MailServer.IsHealthy(server), wanted - count, first: count);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(count, wanted - count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (number, token) => await client.CreateAsync(CyrusResources.Servers, ServerOf(number), token));
        count = wanted;
        await wait.All.Task.WaitAsync(cancellationToken);
        return wait.Seconds;
    }

    /// <summary>Writes new certificates into the first Secrets; returns when each of their servers has told that it is served.</summary>
    public async Task<IReadOnlyList<double>> RotateAsync(int secrets, CancellationToken cancellationToken)
    {
        for (var space = 0; space < secrets; space++)
            certificates[space] = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        var leaves = certificates.Take(secrets).Select(static one => one.LeafSha256).ToHashSet(StringComparer.Ordinal);
        var wait = Await(
            server => MailServer.IsHealthy(server) && server.Status!.Pods.All(pod => pod.CertificateSha256 is { } leaf && leaves.Contains(leaf)),
            Math.Min(secrets * sharing, count),
            first: 0);
        for (var space = 0; space < secrets; space++)
        {
            var patch = TlsSecret.PatchOf(certificates[space]);
            await client.MergePatchAsync(Resources.Secrets, new ObjectKey(SpaceOf(space), Secret), patch, "bench", cancellationToken);
        }
        await wait.All.Task.WaitAsync(cancellationToken);
        return wait.Seconds;
    }

    /// <summary>How many Secrets are shared.</summary>
    public int Secrets => certificates.Count;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await following;
        stop.Dispose();
    }

    private Waiting Await(Func<CyrusServer, bool> isSo, int expected, int first)
    {
        var wait = new Waiting(server => NumberOf(server) >= first && isSo(server), expected);
        Volatile.Write(ref waiting, wait);
        return wait;
    }

    private async Task MakeSpaceAsync(int space, CancellationToken cancellationToken)
    {
        certificates.Add(TestCertificate.Create(TimeProvider.System.GetUtcNow()));
        await client.CreateAsync(Resources.Namespaces, new V1Namespace { Metadata = new V1ObjectMeta { Name = SpaceOf(space) } }, cancellationToken);
        var data = new Dictionary<string, byte[]>
        {
            ["tls.crt"] = Encoding.ASCII.GetBytes(certificates[space].ChainPem),
            ["tls.key"] = Encoding.ASCII.GetBytes(certificates[space].KeyPem),
        };
        var secret = new V1Secret { Metadata = new V1ObjectMeta { Name = Secret, Namespace = SpaceOf(space) }, Type = "kubernetes.io/tls", Data = data };
        await client.CreateAsync(Resources.Secrets, secret, cancellationToken);
    }

    private CyrusServer ServerOf(int number) => new()
    {
        Metadata = new V1ObjectMeta { Name = string.Create(CultureInfo.InvariantCulture, $"mail-{number}"), Namespace = SpaceOf(number / sharing) },
        Spec = new CyrusServerSpec
        {
            ImapdConf = "admins: cyrus\nallowplaintext: no\nsasl_pwcheck_method: saslauthd\n",
            Services =
            [
                new ServiceSpec { Name = "imap", Protocol = MailProtocol.Imap, Port = 1143, Tls = TlsMode.StartTls, Prefork = 5 },
                new ServiceSpec { Name = "imaps", Protocol = MailProtocol.Imap, Port = 1993, Tls = TlsMode.Implicit, Prefork = 5 },
                new ServiceSpec { Name = "pop3", Protocol = MailProtocol.Pop3, Port = 1110, Tls = TlsMode.StartTls, Prefork = 2 },
            ],
            Tls = new TlsSpec { SecretName = Secret },
        },
    };

    private static int NumberOf(CyrusServer server) => int.Parse(server.Metadata.Name!["mail-".Length..], CultureInfo.InvariantCulture);

    private static string SpaceOf(int space) => string.Create(CultureInfo.InvariantCulture, $"bench-{space}");
}
