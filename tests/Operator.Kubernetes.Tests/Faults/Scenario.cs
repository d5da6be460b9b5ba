using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;
using Operator.Kubernetes.Queue;
using Operator.Kubernetes.Tests.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>
/// An operator in small behind a proxy that does harm: three informers of different kinds on the same objects and a controller. On
/// the other side, a load straight at the server.
/// </summary>
internal sealed class Scenario : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly KubernetesClient direct;
    private readonly string space;
    private readonly Controller controller;
    private readonly IFollower[] followers;
    private readonly Task work;

    private Scenario(ApiServerFixture fixture, string space, int seed)
    {
        this.space = space;
        direct = new KubernetesClient(fixture.Server.ConfigThrough(null, TimeSpan.FromSeconds(3)), TimeProvider.System);
        Near = new ProxiedClient(fixture.Server, seed);
        Reconciler = new WatchfulReconciler(Near.Client);
        var options = new ControllerOptions { Name = "watchful", Backoff = new Backoff(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(2)) };
        controller = new Controller(options, Reconciler, TimeProvider.System, NullLogger<Controller>.Instance);
        followers =
        [
            Follow(Resources.ConfigMaps, null, informer => controller.Watch(informer)),
            Follow(Resources.ConfigMaps, "shard=a"), // objects come and go with their label
            Follow(Resources.ConfigMaps.MetadataOnly(), "shard in (b, c)"),
        ];
        work = controller.RunAsync(stop.Token);
        Load = new Load(direct, space, seed);
    }

    public ProxiedClient Near { get; }

    /// <summary>Lists and watches that were asked for.</summary>
    public int ListsAndWatches => Near.Requests.Of($"/api/v1/namespaces/{space}/configmaps");

    public WatchfulReconciler Reconciler { get; }

    public Load Load { get; }

    /// <summary>The controller's queue.</summary>
    public WorkQueue<ObjectKey> Queue => controller.Queue;

    public static async Task<Scenario> StartAsync(ApiServerFixture fixture, int seed, CancellationToken cancellationToken) =>
        new(fixture, await fixture.CreateNamespaceAsync(cancellationToken), seed);

    /// <summary>Ends the load; then everybody must come to what the server has, and must not have gone wrong on the way.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await Load.StopAsync();
        foreach (var follower in followers)
            await follower.CatchUpAsync(direct, cancellationToken);
        await Reconciler.CatchUpAsync(direct, space, cancellationToken);
        Reconciler.Overlaps.ShouldBe(0);
        FaultSettings.Say(
            $"{Load.Writes} writes and {Load.Failures} of which nothing is known, {Reconciler.Calls} reconciliations, "
            + $"{Near.Proxy.Accepted} connections, {Near.Requests.All} requests");
    }

    public async ValueTask DisposeAsync()
    {
        await Load.DisposeAsync();
        await stop.CancelAsync();
        await work;
        foreach (var follower in followers)
            await follower.DisposeAsync();
        controller.Dispose();
        Reconciler.Dispose();
        await Near.DisposeAsync();
        direct.Dispose();
        stop.Dispose();
    }

    private Follower<T> Follow<T>(
        Resource<T> resource, string? labels, Action<Informer<T>>? beforeItRuns = null)
        where T : class, IKubernetesObject =>
        new(Near.Client, resource, new() { Namespaces = [space], LabelSelector = labels, PageSize = 10 }, beforeItRuns: beforeItRuns);
}
