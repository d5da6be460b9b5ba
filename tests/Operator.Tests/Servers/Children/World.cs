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

/// <summary>One server and the part of the operator that keeps its children. Each turn sees the world as it is, as if every watch had caught up.</summary>
internal sealed class World : IAsyncDisposable
{
    public const string RestartDigest = "r";

    private static readonly ServerOptions Options = Make.Options;
    private readonly EventRecorder events;
    private readonly ChildApplier applier;

    public World(ChildrenFixture fixture, CyrusServer server)
    {
        Server = server;
        Client = new CountingClient(fixture.Client);
        events = new EventRecorder(
            fixture.Client, new EventReporter("cyrus-operator", "test"), Time, NullLogger<EventRecorder>.Instance);
        applier = new ChildApplier(Client, events, Time);
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
        var caches = await SeeAsync(cancellationToken);
        var discovery = new ApiDiscovery(Client, Time);
        var children = new ServerChildren(caches, applier, new ClaimKeeper(caches, Client, Time), discovery, events, Options);
        return await children.ApplyAsync(Server, RestartDigest, cancellationToken);
    }

    /// <summary>What has been told in Events, as reason and note.</summary>
    public async Task<IReadOnlyList<string>> ToldAsync(CancellationToken cancellationToken)
    {
        // Stopping the recorder writes what is pending.
        await events.StartAsync(cancellationToken);
        await events.StopAsync(cancellationToken);
        var list = await Client.ListAsync(Resources.EventsV1, Namespace, new ListOptions(), cancellationToken);
        return [.. list.Items.Select(static one => $"{one.Reason}: {one.Note}")];
    }

    public ValueTask DisposeAsync()
    {
        events.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ServerCaches> SeeAsync(CancellationToken cancellationToken)
    {
        using var controller = new Controller(new ControllerOptions { Name = "test" }, new Nothing(), Time, NullLogger<Controller>.Instance);
        var statefulSets = Informer(Resources.StatefulSets);
        var services = Informer(Resources.Services);
        var claims = Informer(Resources.PersistentVolumeClaims);
        var caches = new ServerCaches(
            Informer(CyrusResources.Servers), Informer(Resources.Pods), statefulSets, services, claims, Informer(Resources.Secrets.MetadataOnly()), Informer(Resources.ConfigMaps.MetadataOnly()));
        caches.Feed(controller);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IInformer[] needed = [statefulSets, services, claims];
        var running = needed.Select(one => one.RunAsync(stop.Token)).ToList();
        await Task.WhenAll(needed.Select(one => one.WaitForSyncAsync(cancellationToken)));
        await stop.CancelAsync();
        await Task.WhenAll(running);
        return caches;
    }

    private Informer<T> Informer<T>(Resource<T> resource)
        where T : class, IKubernetesObject => new(
            Client, resource, new InformerOptions { Namespace = Namespace }, TimeProvider.System, NullLogger<Informer<T>>.Instance);

    private sealed class Nothing : IReconciler
    {
        public Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken) => Task.FromResult(ReconcileResult.Done);
    }
}
