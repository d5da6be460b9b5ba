using Operator.Reloader.Processes;
using Operator.Reloader.Reload;

namespace Operator.Reloader.Tests.Reload;

public sealed class WaveRulesTests
{
    [Theory]
    [InlineData(1, 1, 1)] // a single one cannot be spared
    [InlineData(2, 2, 1)]
    [InlineData(3, 3, 2)]
    [InlineData(10, 10, 5)]
    [InlineData(5, 10, 0)] // the replacements are on their way
    [InlineData(7, 10, 2)]
    [InlineData(1, 3, 0)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 3, 1)]
    [InlineData(0, 4, 0)]
    public void Half_of_the_waiting_workers_stays_until_replacements_have_come(int ready, int pool, int quota) =>
        WaveRules.MayGo(new WaitingWorkers(ready, pool), int.MaxValue, TimeSpan.Zero).ShouldBe(quota);

    [Fact]
    public void Rest_goes_when_no_replacement_comes() => WaveRules.MayGo(new WaitingWorkers(5, 10), 0, WaveRules.Patience).ShouldBe(5);

    [Fact]
    public void Half_is_counted_of_what_the_master_keeps_not_of_what_it_has_forked_already() =>
        WaveRules.MayGo(new WaitingWorkers(6, 6, Wanted: 10), int.MaxValue, TimeSpan.Zero).ShouldBe(1);

    [Theory]
    [InlineData(90, 0, 0, 8)]
    [InlineData(90, 2, 1, 5)]
    [InlineData(90, 5, 3, 0)]
    [InlineData(90, 0, 9, 1)] // whoever starts for a client does not hold it up for ever
    [InlineData(1000, 0, 0, 20)]
    public void Few_are_under_way_at_a_time(int old, int leaving, int starting, int budget)
    {
        WaveRules.Budget(old, leaving, starting, processors: 2).ShouldBe(budget);
        WaveRules.MayGo(new WaitingWorkers(100, 100), budget, TimeSpan.Zero).ShouldBe(budget);
    }

    [Fact]
    public void Waiting_workers_are_counted_by_service()
    {
        Worker[] workers =
        [
            Of(1, "imap", WorkerState.Idle), Of(2, "imap", WorkerState.Idle), Of(3, "imap", WorkerState.Starting), Of(4, "imap", WorkerState.InSession),
            Of(5, "pop3", WorkerState.Idle), Of(6, "mupdate", WorkerState.Unreloadable),
        ];

        WaveRules.Count(workers, static worker => worker.Pid == 2).ShouldBe(
            new Dictionary<string, WaitingWorkers> { ["imap"] = new(1, 3), ["pop3"] = new(1, 1) });
    }

    /// <summary>Whatever the numbers, the waves end, and as long as replacements come somebody is ready all the while.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(50)]
    public void Waves_replace_everyone(int prefork)
    {
        int old = prefork, starting = 0, fresh = 0, waves = 0;
        while (old > 0)
        {
            (fresh, starting) = (fresh + starting, 0);
            var quota = WaveRules.MayGo(new WaitingWorkers(old + fresh, old + fresh, prefork), int.MaxValue, TimeSpan.Zero);
            var leaving = Math.Min(quota, old);
            (old, starting) = (old - leaving, leaving);
            (old + fresh).ShouldBeGreaterThanOrEqualTo(prefork / 2);
            (++waves).ShouldBeLessThan(10);
        }
    }

    private static Worker Of(int pid, string service, WorkerState state) => new(pid, 100, service, 1, state);
}
