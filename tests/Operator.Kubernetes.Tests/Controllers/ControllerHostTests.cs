using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Events;
using Operator.Kubernetes.Informers;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Tests.Controllers;

public sealed class ControllerHostTests : IDisposable
{
    private const int Limit = 30_000;
    private readonly Fixture fixture = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Fact(Timeout = Limit)]
    public async Task An_informer_that_fails_for_good_ends_the_host_loudly()
    {
        var broken = new ScriptedInformer(_ => throw new InvalidOperationException("a bug"));
        using var host = new ControllerHost([broken], [], NullLogger<ControllerHost>.Instance);

        await host.StartAsync(Stop);

        (await Should.ThrowAsync<InvalidOperationException>(() => host.ExecuteTask!)).Message.ShouldBe("a bug");
    }

    [Fact(Timeout = Limit)]
    public async Task An_informer_that_just_ends_ends_the_host_loudly_and_stops_the_others()
    {
        var other = new ScriptedInformer(stop => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        var ending = new ScriptedInformer(_ => Task.CompletedTask);
        using var host = new ControllerHost([ending, other], [], NullLogger<ControllerHost>.Instance);

        await host.StartAsync(Stop);

        var error = await Should.ThrowAsync<InvalidOperationException>(() => host.ExecuteTask!);
        error.Message.ShouldBe("The informer scripted ended by itself.");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_ends_all_without_an_error()
    {
        var informer = fixture.Informer();
        using var host = new ControllerHost([informer], [], NullLogger<ControllerHost>.Instance);
        host.IsReady.ShouldBeFalse();

        await host.StartAsync(Stop);
        await informer.WaitForSyncAsync(Stop);
        host.IsReady.ShouldBeTrue();
        await host.StopAsync(Stop);

        await host.ExecuteTask!;
    }

    [Fact(Timeout = Limit)]
    public async Task An_operator_is_composed_by_hand_and_runs()
    {
        await using var services = Compose(fixture.Client);
        fixture.Server.Put($"{Fixture.Maps}/a", Fixture.Json("1"));
        fixture.Server.Put("/api/v1/namespaces/ns/secrets/s", "{}");

        foreach (var hosted in services.GetServices<IHostedService>())
            await hosted.StartAsync(Stop);
        var seen = await services.GetRequiredService<CountingReconciler>().FirstAsync(2, Stop);
        foreach (var hosted in services.GetServices<IHostedService>().Reverse())
            await hosted.StopAsync(Stop);

        seen.ShouldBe([new ObjectKey("ns", "a"), new ObjectKey("ns", "s")], ignoreOrder: true);
    }

    [Fact]
    public void Two_informers_of_one_type_need_keys()
    {
        var services = new ServiceCollection().AddInformer("one", Resources.Secrets.MetadataOnly());

        services.AddInformer("two", Resources.ConfigMaps.MetadataOnly());
        services.AddInformer(Resources.Pods);

        Should.Throw<InvalidOperationException>(() => services.AddInformer("two", Resources.Pods.MetadataOnly()));
        Should.Throw<InvalidOperationException>(() => services.AddInformer(Resources.Pods));
    }

    private static ServiceProvider Compose(IKubernetesClient client)
    {
        var services = new ServiceCollection();
        services.AddSingleton(client);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddKubernetes();
        services.AddInformer(Resources.ConfigMaps, _ => new InformerOptions { Namespaces = ["ns"] });
        services.AddInformer("secrets", Resources.Secrets.MetadataOnly());
        services.AddController<CountingReconciler>(new ControllerOptions { Name = "test" }, (controller, provider) => controller
            .Watch(provider.GetRequiredService<Informer<V1ConfigMap>>())
            .Watch(provider.GetRequiredKeyedService<Informer<PartialObjectMetadata>>("secrets")));
        return services.BuildServiceProvider();
    }

    internal sealed class CountingReconciler(EventRecorder events) : IReconciler
    {
        private readonly Channel<ObjectKey> calls = Channel.CreateUnbounded<ObjectKey>();

        public async Task<List<ObjectKey>> FirstAsync(int count, CancellationToken cancellationToken)
        {
            var seen = new List<ObjectKey>();
            while (seen.Count < count)
                seen.Add(await calls.Reader.ReadAsync(cancellationToken));
            return seen;
        }

        public Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            events.Record(Fixture.Map(key.Name), EventType.Normal, "Seen", "Look", key.ToString());
            calls.Writer.TryWrite(key);
            return Task.FromResult(ReconcileResult.Done);
        }
    }

    private sealed class ScriptedInformer(Func<CancellationToken, Task> run) : IInformer
    {
        public string Name => "scripted";

        public bool HasSynced => true;

        public InformerReading Read() => new(Name, true, 0, 0, 0, 0, 0, TimeSpan.Zero);

        public Task WaitForSyncAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task RunAsync(CancellationToken stop) => await run(stop);
    }
}
