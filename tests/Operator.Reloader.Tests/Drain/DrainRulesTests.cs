using Operator.Entities.Contract;
using Operator.Reloader.Drain;
using Operator.Reloader.Generations;
using Operator.Reloader.Processes;

namespace Operator.Reloader.Tests.Drain;

public sealed class DrainRulesTests
{
    private const long Flip = 10_000;
    private const long After = 60 * 100;

    private static readonly ReloadSettings Disconnect = new()
    {
        Drain = DrainPolicy.Disconnect,
        DisconnectAfterSeconds = 60,
    };

    private static readonly ReloadState FromAToB = new() { Digest = "b", Epoch = Flip, Past = [new("a", Flip)] };

    [Theory]
    [InlineData(After - 1, 0)]
    [InlineData(After, 1)]
    public void An_old_session_is_due_after_a_time(long ticks, int count)
    {
        var due = DrainRules.Due([Session(Flip)], FromAToB, Disconnect, Flip + ticks).ToList();

        due.Count.ShouldBe(count);
        due.ShouldAllBe(static one => one.Told == "a");
    }

    [Fact]
    public void Nobody_is_sent_away_by_the_policy_Wait() =>
        DrainRules.Due([Session(1)], FromAToB, Disconnect with { Drain = DrainPolicy.Wait }, long.MaxValue / 2).ShouldBeEmpty();

    [Fact]
    public void Fresh_sessions_and_idle_workers_stay() =>
        DrainRules.Due([Session(Flip + 1), Session(1) with { State = WorkerState.Idle }], FromAToB, Disconnect, long.MaxValue / 2).ShouldBeEmpty();

    [Fact]
    public void The_time_counts_from_the_end_of_the_generation_that_the_session_runs_under()
    {
        var state = new ReloadState { Digest = "c", Epoch = Flip * 2, Past = [new("a", Flip), new("b", Flip * 2)] };

        DrainRules.Due([Session(1), Session(Flip + 1)], state, Disconnect, Flip + After).Select(static due => (due.Worker.Start, due.Told)).ShouldBe([(1, "a")]);
    }

    [Fact]
    public void A_generation_that_came_back_denies_nobody()
    {
        var back = new ReloadState { Digest = "a", Epoch = Flip * 2, Past = [new("a", Flip), new("b", Flip * 2)] };
        DrainRules.Due([Session(1)], back, Disconnect, Flip + After).Single().Told.ShouldBeNull();

        var again = new ReloadState { Digest = "b", Epoch = Flip * 3, Past = [new("a", Flip), new("b", Flip * 2), new("a", Flip * 3)] };
        DrainRules.Due([Session(1)], again, Disconnect, Flip + After).Single().Told.ShouldBeNull();
    }

    private static Worker Session(long start) => new(1, start, "imap", 7, WorkerState.InSession);
}
