using Microsoft.Extensions.Logging.Abstractions;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Events;
using Operator.Kubernetes.Informers;
using Operator.Servers;
using Operator.Servers.Children;
using Operator.Testing;

namespace Operator.Tests.Servers.Children;

/// <summary>One server and the part of the operator that keeps its children. Each turn comes when every watch has caught up.</summary>
internal sealed class World : IAsyncDisposable
{
    public const string RestartDigest = "r";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private readonly KubernetesClient admin;
    private readonly EventRecorder events;
    private readonly Controller controller;
    private readonly ServerChildren children;
    private readonly Informer<V1StatefulSet> statefulSets;
    private readonly Informer<V1Service> services;
    private readonly Informer<V1PersistentVolumeClaim> claims;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running;

    public World(ChildrenFixture fixture, CyrusServer server)
    {
        Server = server;
        admin = fixture.Client;
        Client = new CountingClient(admin);
        events = new EventRecorder(admin, new EventReporter("cyrus-operator", "test"), Time, NullLogger<EventRecorder>.Instance);
        controller = new Controller(new ControllerOptions { Name = "test" }, new Nothing(), Time, NullLogger<Controller>.Instance);
        (statefulSets, services, claims) = (Informer(Resources.StatefulSets), Informer(Resources.Services), Informer(Resources.PersistentVolumeClaims));
        var caches = new ServerCaches(
            Informer(CyrusResources.Servers),
            Informer(Resources.Pods),
            statefulSets,
            services,
            claims,
            Informer(Resources.Secrets.MetadataOnly()),
            Informer(Resources.ConfigMaps.MetadataOnly()));
        caches.Feed(controller);
        children = new ServerChildren(
            caches, new ChildApplier(Client, events, Time), new ClaimKeeper(Client, Time), new ApiDiscovery(Client, Time), events, Make.Options);
        running = [statefulSets.RunAsync(stop.Token), services.RunAsync(stop.Token), claims.RunAsync(stop.Token)];
    }

    /// <summary>The server; a test changes it at will.</summary>
    public CyrusServer Server { get; set; }

    /// <summary>The API server as the operator meets it.</summary>
    public CountingClient Client { get; }

    /// <summary>The operator's clock.</summary>
    public ManualTimeProvider Time { get; } = new();

    public string Namespace => Server.Metadata.Namespace!;

    /// <summary>One turn of the reconciler, as far as children are concerned.</summary>
    public async Task<InputProblem?> TurnAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(statefulSets, Resources.StatefulSets, cancellationToken);
        await CatchUpAsync(services, Resources.Services, cancellationToken);
        await CatchUpAsync(claims, Resources.PersistentVolumeClaims, cancellationToken);
        return await children.PrepareAsync(Server, cancellationToken) ?? await children.ApplyAsync(Server, RestartDigest, cancellationToken);
    }

    /// <summary>What has been told in Events, as reason and note.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync(CancellationToken cancellationToken)
    {
        await events.StartAsync(cancellationToken);
        // They are written in order.
        events.Record(Server, EventType.Normal, "Last", "Test", "all");
        while (true)
        {
            var list = await admin.ListAsync(Resources.EventsV1, Namespace, new ListOptions(), cancellationToken);
            if (list.Items.Any(static one => one.Reason == "Last"))
                return [.. list.Items.Where(static one => one.Reason != "Last").Select(static one => $"{one.Reason}: {one.Note}")];
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
        stop.Dispose();
        controller.Dispose();
        events.Dispose();
    }

    private async Task CatchUpAsync<T>(Informer<T> informer, Resource<T> resource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        await informer.WaitForSyncAsync(cancellationToken);
        var newest = Versions((await admin.ListAsync(resource, Namespace, new ListOptions(), cancellationToken)).Items);
        while (!newest.SetEquals(Versions(informer.List())))
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
    }

    private static HashSet<string> Versions(IEnumerable<IKubernetesObject> objects) =>
        [.. objects.Select(static one => $"{one.Metadata.Name} {one.Metadata.ResourceVersion}")];

    private Informer<T> Informer<T>(Resource<T> resource)
        where T : class, IKubernetesObject => new(
            Client, resource, new InformerOptions { Namespaces = [Namespace] }, TimeProvider.System, NullLogger<Informer<T>>.Instance);

    private sealed class Nothing : IReconciler
    {
        public Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken) => Task.FromResult(ReconcileResult.Done);
    }
}
