using Operator.Entities.Contract;
using Operator.Reloader.Processes;
using Operator.Reloader.Reload;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reload;

public sealed class WorkerDecisionTests
{
    private const long Epoch = 100;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(1);
    private static readonly SentSignals HungUp = new(0, 1, IsFlushed: false, IsPoked: false);

    [Theory]
    [InlineData(WorkerState.Starting)]
    [InlineData(WorkerState.InSession)]
    public void Worker_that_starts_or_serves_is_never_signalled(object state) =>
        Next(Old((WorkerState)state), null, Long).ShouldBe(WorkerAction.Leave);

    [Fact]
    public void Fresh_worker_is_left_alone() => Next(Old(WorkerState.Idle) with { Start = 101 }, null, Long).ShouldBe(WorkerAction.Leave);

    [Fact]
    public void Old_idle_worker_is_hung_up() => Next(Old(WorkerState.Idle), null, TimeSpan.Zero).ShouldBe(WorkerAction.HangUp);

    [Fact]
    public void Signalled_worker_gets_time_to_leave() =>
        Next(Old(WorkerState.Idle), HungUp, TimeSpan.FromMilliseconds(49)).ShouldBe(WorkerAction.Leave);

    [Fact]
    public void Lost_wake_up_is_answered_by_a_second_hangup() => Next(Old(WorkerState.Idle), HungUp, Long).ShouldBe(WorkerAction.HangUp);

    [Fact]
    public void Worker_that_hears_no_hangup_gets_one_connection()
    {
        var deaf = HungUp with { HangUps = ReplacementRules.MostHangUps };

        Next(Old(WorkerState.Idle), deaf with { HangUps = deaf.HangUps - 1 }, Long).ShouldBe(WorkerAction.HangUp);
        Next(Old(WorkerState.Idle), deaf, Long).ShouldBe(WorkerAction.Poke);
        Next(Old(WorkerState.Idle), deaf, Long, waitsForLock: true).ShouldBe(WorkerAction.Flush);
        Next(Old(WorkerState.Idle), deaf with { IsPoked = true }, Long).ShouldBe(WorkerAction.HangUp);
    }

    [Fact]
    public void Lock_waiter_gets_one_alarm_and_never_two()
    {
        Next(Old(WorkerState.Idle), HungUp, TimeSpan.Zero, waitsForLock: true).ShouldBe(WorkerAction.Flush);
        Next(Old(WorkerState.Idle), HungUp with { IsFlushed = true }, Long, waitsForLock: true).ShouldBe(WorkerAction.Leave);
    }

    [Fact]
    public void Unsignalled_lock_waiter_is_hung_up_first() =>
        Next(Old(WorkerState.Idle), null, Long, waitsForLock: true).ShouldBe(WorkerAction.HangUp);

    [Fact]
    public void Workers_are_counted_by_age_and_state() =>
        WorkerCounter.Count(
            [
                Old(WorkerState.Idle), Old(WorkerState.InSession), Old(WorkerState.InSession), Old(WorkerState.Starting),
                Old(WorkerState.Idle) with { Start = 101 }, Old(WorkerState.InSession) with { Start = 102 },
            ],
            Epoch,
            static _ => false).ShouldBe(new WorkerCounts { Fresh = 2, Stale = 1, Draining = 2, Starting = 1, Sessions = 3 });

    [Fact]
    public void Old_worker_that_cannot_reload_is_neither_stale_nor_draining_but_named()
    {
        Worker[] workers = [Old(WorkerState.Unreloadable) with { Service = "mupdate" }, Old(WorkerState.Unreloadable) with { Service = "late", Start = 101 }];

        WorkerCounter.Count(workers, Epoch, static _ => false).ShouldBe(new WorkerCounts { Fresh = 1 });
        WorkerCounter.HasOldStarting(workers, Epoch).ShouldBeFalse();
        WorkerCounter.UnreloadedServices(workers, Epoch).ShouldBe(["mupdate"]);
        Next(workers[0], null, Long).ShouldBe(WorkerAction.Leave);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void Clients_of_one_that_cannot_reload_are_at_risk_of_a_signal_to_the_master(bool hasClients, int risk)
    {
        var scan = new WorkerScan { Workers = { Old(WorkerState.Unreloadable) with { HasClients = hasClients } } };

        QuietRules.Assess(scan, static _ => false).Total.ShouldBe(risk);
    }

    [Fact]
    public void Worker_on_its_way_out_still_drains() =>
        WorkerCounter.Count([Old(WorkerState.Idle), Old(WorkerState.Idle) with { Pid = 8 }], Epoch, static worker => worker.Pid == 8)
            .ShouldBe(new WorkerCounts { Stale = 1, Draining = 1 });

    [Fact]
    public void Old_worker_leaves_after_its_session_and_is_stale_when_it_does_not()
    {
        var time = new ManualTimeProvider();
        var leaving = new LeavingWorkers(time);

        leaving.Note([Old(WorkerState.InSession)], Epoch);
        leaving.Note([Old(WorkerState.Idle)], Epoch);
        leaving.Contains(Old(WorkerState.Idle)).ShouldBeTrue();
        leaving.Contains(Old(WorkerState.Idle) with { Start = 49 }).ShouldBeFalse("another process had that pid");

        time.Advance(LeavingWorkers.Patience);
        leaving.Note([Old(WorkerState.Idle)], Epoch);
        leaving.Contains(Old(WorkerState.Idle)).ShouldBeFalse();
    }

    [Fact]
    public void Worker_that_was_not_in_a_session_since_this_reload_does_not_count_as_leaving()
    {
        var leaving = new LeavingWorkers(new ManualTimeProvider());

        leaving.Note([Old(WorkerState.Idle)], Epoch);
        leaving.Contains(Old(WorkerState.Idle)).ShouldBeFalse("nobody saw it in a session");

        leaving.Note([Old(WorkerState.InSession)], Epoch);
        leaving.Note([Old(WorkerState.Idle)], Epoch + 1);
        leaving.Contains(Old(WorkerState.Idle)).ShouldBeFalse("it may have come back to wait before the new generation was sealed");
    }

    [Fact]
    public void Seal_holds_when_nobody_was_between_reading_and_recording()
    {
        Worker[] settled = [Old(WorkerState.Idle), Old(WorkerState.InSession), Old(WorkerState.Starting) with { Start = 101 }];

        SealRules.Suspects([Old(WorkerState.Idle)], 95, settled, Epoch).ShouldBeEmpty();
    }

    [Fact]
    public void Seal_does_not_hold_when_somebody_was_starting_at_the_flip()
    {
        SealRules.Suspects([Old(WorkerState.Starting)], 95, [], Epoch).ShouldHaveSingleItem("it was seen starting before the flip");
        SealRules.Suspects([], 95, [Old(WorkerState.InSession) with { Start = 95 }], Epoch).ShouldHaveSingleItem("it was forked between the look and the flip");
    }

    [Fact]
    public void Anything_but_idle_workers_is_at_risk_of_a_signal_to_the_master()
    {
        var scan = new WorkerScan { Jobs = 1 };
        scan.Workers.AddRange([Old(WorkerState.Idle), Old(WorkerState.InSession), Old(WorkerState.Starting)]);

        QuietRules.Assess(scan, static _ => false).Total.ShouldBe(3);
        QuietRules.Assess(new WorkerScan { Workers = { Old(WorkerState.Idle) } }, static _ => false).Total.ShouldBe(0);
    }

    private static Worker Old(WorkerState state) => new(7, 50, "imap", 500, state);

    private static WorkerAction Next(Worker worker, SentSignals? sent, TimeSpan since, bool waitsForLock = false) =>
        ReplacementRules.Next(worker, Epoch, sent, since, () => waitsForLock);
}
