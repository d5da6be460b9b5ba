using Operator.Kubernetes.Queue;
using Operator.Kubernetes.Telemetry;
using Operator.Metrics;
using Operator.Testing;

namespace Operator.Kubernetes.Tests.Queue;

public sealed class WorkQueueTests : IDisposable
{
    private readonly ManualTimeProvider time = new();
    private readonly WorkQueue<int> queue;

    public WorkQueueTests() => queue = new WorkQueue<int>(time, jitter: () => 1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => queue.Dispose();

    [Fact]
    public async Task Keys_come_in_the_order_they_were_added_and_each_once()
    {
        queue.Add(1);
        queue.Add(2);
        queue.Add(1);

        (await queue.GetAsync(Stop)).ShouldBe(1);
        (await queue.GetAsync(Stop)).ShouldBe(2);
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_key_added_while_it_is_worked_on_comes_once_more_after_that()
    {
        queue.Add(1);
        await queue.GetAsync(Stop);
        queue.Add(1);
        queue.Add(1);

        queue.Count.ShouldBe(0);
        queue.Done(1);
        queue.Count.ShouldBe(1);
        (await queue.GetAsync(Stop)).ShouldBe(1);
        queue.Done(1);
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Get_waits_for_a_key()
    {
        var waiting = queue.GetAsync(Stop);
        waiting.IsCompleted.ShouldBeFalse();

        queue.Add(1);

        (await waiting).ShouldBe(1);
    }

    [Fact]
    public async Task Get_ends_when_its_caller_cancels()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = queue.GetAsync(cancel.Token);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public void A_delayed_key_comes_at_its_time()
    {
        queue.AddAfter(1, TimeSpan.FromSeconds(10));

        time.Advance(TimeSpan.FromSeconds(9.999));
        queue.Count.ShouldBe(0);
        time.Advance(TimeSpan.FromMilliseconds(1));
        queue.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(10, 20)]
    [InlineData(20, 10)]
    public void Of_two_delays_the_earlier_counts_and_the_later_is_no_turn_of_its_own(int first, int second)
    {
        queue.AddAfter(1, TimeSpan.FromSeconds(first));
        queue.AddAfter(1, TimeSpan.FromSeconds(second));

        time.Advance(TimeSpan.FromSeconds(10));
        queue.Count.ShouldBe(1);
        TakeAndFinish();
        time.Advance(TimeSpan.FromSeconds(60));
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public void A_key_added_now_does_not_cancel_its_delayed_turn()
    {
        queue.AddAfter(1, TimeSpan.FromSeconds(10));
        queue.Add(1);
        TakeAndFinish();

        time.Advance(TimeSpan.FromSeconds(10));

        queue.Count.ShouldBe(1);
    }

    [Fact]
    public void A_delay_longer_than_any_timer_still_comes()
    {
        queue.AddAfter(1, TimeSpan.FromDays(100));

        time.Advance(TimeSpan.FromDays(100) - TimeSpan.FromSeconds(1));
        queue.Count.ShouldBe(0);
        time.Advance(TimeSpan.FromSeconds(1));
        queue.Count.ShouldBe(1);
    }

    [Fact]
    public void A_delay_that_is_not_above_zero_is_none()
    {
        queue.AddAfter(1, TimeSpan.Zero);

        queue.Count.ShouldBe(1);
    }

    [Fact]
    public void Failures_make_a_key_wait_longer_until_it_is_forgotten()
    {
        queue.AddRateLimited(1);
        AdvanceMilliseconds(5);
        TakeAndFinish();
        queue.AddRateLimited(1);
        AdvanceMilliseconds(9);
        queue.Count.ShouldBe(0);
        AdvanceMilliseconds(1);
        TakeAndFinish();
        queue.Forget(1);
        queue.AddRateLimited(1);
        AdvanceMilliseconds(5);

        queue.Count.ShouldBe(1);
    }

    [Fact]
    public async Task After_the_shut_down_nothing_is_taken_or_handed_out()
    {
        queue.Add(1);
        queue.AddAfter(2, TimeSpan.FromSeconds(1));

        queue.ShutDown();
        queue.Add(3);
        time.Advance(TimeSpan.FromSeconds(1));

        (await queue.GetAsync(Stop)).ShouldBeNull();
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task The_shut_down_ends_waiting_workers()
    {
        var waiting = queue.GetAsync(Stop);

        queue.ShutDown();

        (await waiting).ShouldBeNull();
        await queue.DrainAsync(Stop);
    }

    [Fact]
    public async Task Drain_waits_for_the_keys_that_are_worked_on_and_for_those_only()
    {
        queue.Add(1);
        queue.Add(2);
        await queue.GetAsync(Stop);
        queue.Add(1);
        queue.ShutDown();
        var drained = queue.DrainAsync(Stop);

        drained.IsCompleted.ShouldBeFalse();
        queue.Done(1);
        await drained;

        (await queue.GetAsync(Stop)).ShouldBeNull();
    }

    [Fact]
    public async Task A_reading_tells_how_long_keys_are_worked_on_and_how_long_none_was_taken()
    {
        queue.Add(1);
        queue.Add(2);
        queue.Add(3);
        await queue.GetAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(5));
        await queue.GetAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(2));

        var reading = queue.Read("test", workingSince: 0);

        (reading.IsWorking, reading.Depth).ShouldBe((true, 1));
        (reading.Unfinished.TotalSeconds, reading.LongestRunning.TotalSeconds, reading.SinceTaken.TotalSeconds).ShouldBe((9, 7, 2));
        queue.Read("test", workingSince: null).SinceTaken.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Each_step_of_a_key_is_measured()
    {
        using var metrics = new RuntimeMetrics();
        using var exporter = new PrometheusExporter(metrics.Owns);
        using var measured = new WorkQueue<int>(time, jitter: () => 1) { Metrics = new QueueMetrics(metrics, "test") };
        measured.Add(1);
        measured.Add(1);
        time.Advance(TimeSpan.FromSeconds(3));
        await measured.GetAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(20));
        measured.AddRateLimited(1);
        measured.Done(1);

        var text = exporter.Write(MetricsFormat.Text);

        const string Labels = """{name="test",controller="test"}""";
        text.ShouldContain($"workqueue_adds_total{Labels} 1\n");
        text.ShouldContain($"workqueue_queue_duration_seconds_sum{Labels} 3\n");
        text.ShouldContain($"workqueue_work_duration_seconds_sum{Labels} 20\n");
        text.ShouldContain($"workqueue_retries_total{Labels} 1\n");
    }

    [Fact]
    public async Task Many_workers_never_have_the_same_key_at_once()
    {
        var running = new int[4];
        var overlaps = 0;
        var handled = 0;
        async Task WorkAsync()
        {
            while (await queue.GetAsync(Stop) is { } key)
            {
                if (Interlocked.Increment(ref running[key]) > 1)
                    Interlocked.Increment(ref overlaps);
                await Task.Yield();
                Interlocked.Decrement(ref running[key]);
                Interlocked.Increment(ref handled);
                queue.Done(key);
            }
        }

        var workers = Enumerable.Range(0, 4).Select(_ => Task.Run(WorkAsync, Stop)).ToArray();
        for (var i = 0; i < 20_000; i++)
            queue.Add(i % running.Length);
        while (queue.Count > 0)
            await Task.Yield();
        queue.ShutDown();
        await Task.WhenAll(workers);

        overlaps.ShouldBe(0);
        handled.ShouldBeGreaterThanOrEqualTo(running.Length);
    }

    private void AdvanceMilliseconds(double milliseconds) => time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    private void TakeAndFinish()
    {
        var taken = queue.GetAsync(Stop);
        taken.IsCompletedSuccessfully.ShouldBeTrue();
        queue.Done(taken.Result!.Value);
    }
}
