using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Tests.ApiServer;

namespace Operator.Kubernetes.Tests.Faults;

/// <summary>Somebody else writes between our reading and our writing.</summary>
[Collection(FaultCollection.Name)]
[Trait("needs", "apiserver")]
public sealed class ConflictTests(ApiServerFixture fixture)
{
    private const string Finalizer = "example.com/finalizer";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_finalizer_is_written_when_it_is_absent_only_and_a_conflict_on_the_way_is_another_turn_and_no_error()
    {
        var key = new ObjectKey(await fixture.CreateNamespaceAsync(Stop), "one");
        var map = new V1ConfigMap { Metadata = new V1ObjectMeta { Namespace = key.Namespace, Name = key.Name } };
        await fixture.Client.CreateAsync(Resources.ConfigMaps, map, Stop);
        using var reconciler = new FinalizerKeeper(fixture.Client);
        var lines = new Lines();
        using var controller = new Controller(new ControllerOptions { Name = "test" }, reconciler, TimeProvider.System, lines);
        using var stop = new CancellationTokenSource();
        var run = controller.RunAsync(stop.Token);

        foreach (var _ in Enumerable.Range(0, 3))
        {
            controller.Queue.Add(key);
            await reconciler.DoneAsync(Stop);
        }
        await stop.CancelAsync();
        await run;

        reconciler.Writes.ShouldBe(2); // the one that was refused, and the one that counted
        lines.ShouldNotContain(line => line.Level > LogLevel.Information);
        lines.ShouldContain(line => line.Level == LogLevel.Debug && line.Text.Contains("409"));
        (await fixture.Client.GetAsync(Resources.ConfigMaps, key, Stop))!.Metadata.Finalizers.ShouldBe([Finalizer]);
    }

    private sealed class FinalizerKeeper(IKubernetesClient client) : IReconciler, IDisposable
    {
        private readonly SemaphoreSlim done = new(0);

        public int Writes { get; private set; }

        public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            var map = (await client.GetAsync(Resources.ConfigMaps, key, cancellationToken))!;
            if (map.Metadata.Finalizers?.Contains(Finalizer) != true)
                map = await AddAsync(key, map, cancellationToken);
            map.Metadata.Finalizers.ShouldBe([Finalizer]); // what comes next goes on with what the server returned
            done.Release();
            return ReconcileResult.Done;
        }

        public Task DoneAsync(CancellationToken cancellationToken) => done.WaitAsync(cancellationToken);

        public void Dispose() => done.Dispose();

        private async Task<V1ConfigMap> AddAsync(ObjectKey key, V1ConfigMap map, CancellationToken cancellationToken)
        {
            if (Writes++ == 0)
                await PatchAsync(key, new JsonObject { ["labels"] = new JsonObject { ["somebody"] = "else" } }, cancellationToken);
            var ours = new JsonObject { ["resourceVersion"] = map.Metadata.ResourceVersion, ["finalizers"] = new JsonArray(Finalizer) };
            return await PatchAsync(key, ours, cancellationToken);
        }

        private Task<V1ConfigMap> PatchAsync(ObjectKey key, JsonObject metadata, CancellationToken cancellationToken) =>
            client.MergePatchAsync(Resources.ConfigMaps, key, new JsonObject { ["metadata"] = metadata }, "test", cancellationToken);
    }

    private sealed class Lines : ConcurrentQueue<(LogLevel Level, string Text)>, ILogger<Controller>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Enqueue((logLevel, formatter(state, exception)));
    }
}
