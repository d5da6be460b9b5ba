using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Informers;
using Operator.Testing.Kubernetes;

namespace Operator.Kubernetes.Tests.Controllers;

public sealed class ControllerTests : IDisposable
{
    private const int Limit = 30_000;
    private static readonly ObjectKey s_key = new("ns", "a");
    private readonly Fixture fixture = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ScriptedReconciler reconciler = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        fixture.Dispose();
        stop.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_is_worked_on_before_the_informers_have_synced()
    {
        var informer = fixture.Informer();
        using var controller = Controller().Watch(informer);
        controller.Queue.Add(s_key);
        var run = controller.RunAsync(stop.Token);
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), Stop);
        reconciler.Count.ShouldBe(0);

        var feed = informer.RunAsync(stop.Token);

        (await reconciler.NextAsync(Stop)).ShouldBe(s_key);
        await StopAsync(run, feed);
    }

    [Fact(Timeout = Limit)]
    public async Task Stopping_while_the_informers_are_waited_for_returns()
    {
        using var controller = Controller().Watch(fixture.Informer());
        var run = controller.RunAsync(stop.Token);

        await StopAsync(run);
    }

    [Fact(Timeout = Limit)]
    public async Task Changes_are_mapped_to_keys()
    {
        var informer = fixture.Informer();
        using var controller = Controller().Watch(informer, change => [new ObjectKey("owner", change.Key.Name)]);
        fixture.Server.Put($"{Fixture.Maps}/b", Fixture.Json("1"));
        var run = controller.RunAsync(stop.Token);
        var feed = informer.RunAsync(stop.Token);

        (await reconciler.NextAsync(Stop)).ShouldBe(new ObjectKey("owner", "b"));
        await StopAsync(run, feed);
    }

    [Fact(Timeout = Limit)]
    public async Task A_key_that_failed_comes_again_and_later_each_time()
    {
        reconciler.Script = (calls, _) =>
            calls < 3 ? throw new InvalidOperationException("not yet") : Task.FromResult(ReconcileResult.Done);
        using var controller = Controller();
        controller.Queue.Add(s_key);
        var run = controller.RunAsync(stop.Token);
        await reconciler.NextAsync(Stop);

        for (var i = 0; i < 2; i++)
        {
            await fixture.Time.WaitForTimerAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10), Stop);
            fixture.Time.Advance(TimeSpan.FromMilliseconds(10));
            await reconciler.NextAsync(Stop);
        }

        await StopAsync(run);
    }

    [Fact(Timeout = Limit)]
    public async Task A_key_that_goes_on_failing_is_never_dropped()
    {
        reconciler.Script = static (_, _) => throw new InvalidOperationException("never");
        using var controller = Controller();
        controller.Queue.Add(s_key);
        var run = controller.RunAsync(stop.Token);
        await reconciler.NextAsync(Stop);

        for (var i = 0; i < 30; i++)
        {
            var next = reconciler.NextAsync(Stop).AsTask();
            while (!next.IsCompleted)
            {
                fixture.Time.Advance(TimeSpan.FromMinutes(16));
                await Task.Yield();
            }
            (await next).ShouldBe(s_key);
        }

        await StopAsync(run);
    }

    [Fact(Timeout = Limit)]
    public async Task A_change_of_the_status_alone_is_no_turn_for_the_kind_that_a_controller_is_for_but_one_of_another_kind_is()
    {
        var sets = new Informer<V1StatefulSet>(
            fixture.Client, Resources.StatefulSets, new InformerOptions(), fixture.Time, NullLogger<Informer<V1StatefulSet>>.Instance);
        using var own = Controller().Watch(sets);
        using var other = Controller().Watch(sets, static change => [change.Key]);
        PutSet("""{"metadata":{"generation":1},"status":{"replicas":0}}""");
        var feed = sets.RunAsync(stop.Token);
        await fixture.Server.WaitForAsync(static request => request.IsWatch, 1, Stop);
        await TakeAsync(own);
        await TakeAsync(other);

        PutSet("""{"metadata":{"generation":1},"status":{"replicas":1}}""");
        await TakeAsync(other);
        own.Queue.Count.ShouldBe(0);
        PutSet("""{"metadata":{"generation":2},"status":{"replicas":1}}""");
        await TakeAsync(own);

        await StopAsync(feed);
    }

    [Fact(Timeout = Limit)]
    public async Task A_kind_that_is_missing_is_said_and_waited_for_and_is_no_crash()
    {
        var log = new RecordingLogger<Controller>();
        using var controller = new Controller(new ControllerOptions { Name = "test" }, reconciler, fixture.Time, log);
        fixture.Server.Intercept = static _ => FakeApiServer.Failure(HttpStatusCode.NotFound, "NotFound", "no such kind");
        var informer = fixture.Informer();
        using var host = new ControllerHost([informer], [controller.Watch(informer)], NullLogger<ControllerHost>.Instance);
        await host.StartAsync(Stop);

        while (!log.Lines.Any())
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        log.Lines[0].ShouldBe((LogLevel.Warning, "Controller test waits for: configmaps in ns."));
        host.NotReady().ShouldBe(["configmaps in ns has not synced"]);
        host.ExecuteTask!.IsCompleted.ShouldBeFalse();
        await host.StopAsync(Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task A_key_comes_again_when_its_reconciler_says_so()
    {
        reconciler.Script = (_, _) => Task.FromResult(ReconcileResult.After(TimeSpan.FromMinutes(7)));
        using var controller = Controller();
        controller.Queue.Add(s_key);
        var run = controller.RunAsync(stop.Token);
        await reconciler.NextAsync(Stop);

        await fixture.Time.WaitForTimerAsync(TimeSpan.FromMinutes(7), TimeSpan.FromMinutes(7), Stop);
        fixture.Time.Advance(TimeSpan.FromMinutes(7));

        (await reconciler.NextAsync(Stop)).ShouldBe(s_key);
        await StopAsync(run);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stop_lets_what_is_worked_on_finish()
    {
        var finish = new TaskCompletionSource<ReconcileResult>();
        var cancelled = false;
        reconciler.Script = async (_, work) =>
        {
            var result = await finish.Task;
            cancelled = work.IsCancellationRequested;
            return result;
        };
        using var controller = Controller();
        controller.Queue.Add(s_key);
        var run = controller.RunAsync(stop.Token);
        await reconciler.NextAsync(Stop);

        await stop.CancelAsync();
        run.IsCompleted.ShouldBeFalse();
        finish.SetResult(ReconcileResult.Done);
        await run;

        cancelled.ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task What_does_not_finish_in_time_is_cancelled()
    {
        reconciler.Script = async (_, work) =>
        {
            await new TaskCompletionSource().Task.WaitAsync(work);
            return ReconcileResult.Done;
        };
        using var controller = Controller();
        controller.Queue.Add(s_key);
        var run = controller.RunAsync(stop.Token);
        await reconciler.NextAsync(Stop);

        await stop.CancelAsync();
        await fixture.Time.WaitForTimerAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(20), Stop);
        fixture.Time.Advance(TimeSpan.FromSeconds(20));

        await run;
    }

    [Fact]
    public void A_wait_that_is_none_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => ReconcileResult.After(TimeSpan.Zero));
        ReconcileResult.Done.RequeueAfter.ShouldBeNull();
    }

    private Controller Controller() =>
        new(new ControllerOptions { Name = "test" }, reconciler, fixture.Time, NullLogger<Controller>.Instance);

    private static async Task TakeAsync(Controller controller) => controller.Queue.Done((await controller.Queue.GetAsync(Stop))!.Value);

    private void PutSet(string json) => fixture.Server.Put("/apis/apps/v1/namespaces/ns/statefulsets/a", json);

    private async Task StopAsync(params Task[] running)
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
    }

    private sealed class ScriptedReconciler : IReconciler
    {
        private readonly Channel<ObjectKey> calls = Channel.CreateUnbounded<ObjectKey>();
        private int count;

        public Func<int, CancellationToken, Task<ReconcileResult>> Script { get; set; } = (_, _) => Task.FromResult(ReconcileResult.Done);

        public int Count => Volatile.Read(ref count);

        public Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref count);
            calls.Writer.TryWrite(key);
            return Script(number, cancellationToken);
        }

        public ValueTask<ObjectKey> NextAsync(CancellationToken cancellationToken) => calls.Reader.ReadAsync(cancellationToken);
    }
}
