using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;

namespace RuntimeBench;

/// <summary>An operator of widgets: syncs, reconciles all of them over and over, is idle, and follows changes.</summary>
internal sealed class WidgetRole : IReconciler, IDisposable
{
    private const int Rounds = 10;
    private readonly Informer<Widget> informer;
    private readonly Controller controller;
    private readonly KubernetesClient client;
    private readonly RequestCounter requests = new();
    private readonly SemaphoreSlim allDone = new(0);
    private Task following = Task.CompletedTask;
    private int toDo = int.MaxValue;
    private int events;

    private WidgetRole(KubernetesClientConfig config)
    {
        client = new KubernetesClient(config, TimeProvider.System);
        informer = new Informer<Widget>(client, Widget.Resource, new InformerOptions(), TimeProvider.System, NullLogger<Informer<Widget>>.Instance);
        controller = new Controller(new ControllerOptions { Name = "bench" }, this, TimeProvider.System, NullLogger<Controller>.Instance);
        informer.OnChange(_ => Interlocked.Increment(ref events));
        controller.Watch(informer);
    }

    /// <summary>Takes all figures, or without a time to be idle in, those of the sync only.</summary>
    public static async Task<int> RunAsync(string kubeconfig, int? idleSeconds, CancellationToken cancellationToken)
    {
        using var role = new WidgetRole(KubernetesClientConfig.FromKubeconfig(kubeconfig));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await role.SyncAsync(stop.Token);
        if (idleSeconds is { } seconds)
            await role.WorkAsync(TimeSpan.FromSeconds(seconds), stop.Token);
        await stop.CancelAsync();
        await role.following;
        return 0;
    }

    public void Dispose()
    {
        controller.Dispose();
        client.Dispose();
        requests.Dispose();
        allDone.Dispose();
    }

    /// <summary>Nothing is to do, ever.</summary>
    public Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (informer.Get(key) is not null && Interlocked.Decrement(ref toDo) == 0)
            allDone.Release();
        return Task.FromResult(ReconcileResult.Done);
    }

    private async Task WorkAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = controller.RunAsync(stop.Token);
        await ReconcileAsync(cancellationToken);
        await IdleAsync(idle, cancellationToken);
        await FollowAsync(cancellationToken);
        await stop.CancelAsync();
        await work;
    }

    private async Task SyncAsync(CancellationToken stop)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        following = informer.RunAsync(stop);
        await informer.WaitForSyncAsync(stop);
        Measured.Report("sync.seconds", TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds);
        Measured.Report("sync.rss", Measured.Rss());
        Measured.Report("sync.heap", Measured.Heap());
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var keys = informer.List().Select(widget => ObjectKey.Of(widget)).ToArray();
        var startedAt = TimeProvider.System.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            Volatile.Write(ref toDo, keys.Length);
            foreach (var key in keys)
                controller.Queue.Add(key);
            await allDone.WaitAsync(cancellationToken);
        }
        Measured.Report("reconcile.rate", Rounds * keys.Length / TimeProvider.System.GetElapsedTime(startedAt).TotalSeconds);
    }

    private async Task IdleAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var (all, writes) = (requests.All, requests.Writes);
        await Task.Delay(duration, TimeProvider.System, cancellationToken);
        Measured.Report("idle.requests", requests.All - all);
        Measured.Report("idle.writes", requests.Writes - writes);
    }

    /// <summary>The other process is told to write, by the word "go", and says how much by a line of its own.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref events, 0);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Console.WriteLine("go");
        var written = int.Parse(await Console.In.ReadLineAsync(cancellationToken) ?? "0");
        while (Volatile.Read(ref events) < written)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        var after = GC.GetTotalAllocatedBytes(precise: true);
        Measured.Report("event.bytes", (double)(after - before) / written);
        Measured.Report("event.rss", Measured.Rss());
    }
}
