using Operator.Entities.Contract;
using Operator.Metrics;
using Operator.Reloader.Reports;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reports;

public sealed class ReportBoardTests
{
    private readonly ManualTimeProvider time = new();
    private readonly ReportBoard board;

    public ReportBoardTests() => board = new ReportBoard(time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Change_of_phase_or_digest_is_a_new_revision()
    {
        board.Update(report => report with { Phase = ReloadPhase.Checking });
        board.Update(report => report with { Active = "a" });
        board.Update(report => report with { Active = "a" });

        board.Latest.Revision.ShouldBe(3);
    }

    [Fact]
    public void Number_of_sessions_is_reported_but_is_no_news()
    {
        time.Advance(TimeSpan.FromSeconds(1));
        board.Update(report => report with { Workers = new WorkerCounts { Sessions = 5, Fresh = 9 } });

        board.Latest.Workers.Sessions.ShouldBe(5);
        board.Latest.Revision.ShouldBe(1);
    }

    [Fact]
    public void Counts_are_news_at_most_five_times_a_second_and_the_last_one_is_not_lost()
    {
        board.Update(report => report with { Phase = ReloadPhase.Converging });
        for (var stale = 10; stale > 0; stale--)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            board.Update(report => report with { Workers = new WorkerCounts { Stale = stale } });
        }
        board.Latest.Revision.ShouldBe(2);

        time.Advance(TimeSpan.FromMilliseconds(100));
        board.Update(report => report with { Workers = new WorkerCounts { Stale = 1 } });
        board.Latest.Revision.ShouldBe(3);
    }

    [Fact]
    public void Time_in_each_phase_of_a_reload_is_added_up()
    {
        board.Update(report => report with { Phase = ReloadPhase.Checking });
        time.Advance(TimeSpan.FromSeconds(2));
        board.Update(report => report with { Phase = ReloadPhase.Proving });
        time.Advance(TimeSpan.FromSeconds(3));
        board.Update(report => report with { Phase = ReloadPhase.Healthy });
        time.Advance(TimeSpan.FromSeconds(60));
        board.Update(report => report with { Phase = ReloadPhase.Checking });

        board.Latest.PhaseSeconds.ShouldBe(new Dictionary<string, double> { ["Checking"] = 2, ["Proving"] = 3 }, ignoreOrder: true);
    }

    [Fact]
    public void Each_stay_in_a_phase_is_an_observation_and_waiting_states_are_none()
    {
        board.Update(report => report with { Phase = ReloadPhase.Checking });
        time.Advance(TimeSpan.FromSeconds(2));
        board.Update(report => report with { Phase = ReloadPhase.Healthy });
        time.Advance(TimeSpan.FromSeconds(60));
        board.Update(report => report with { Phase = ReloadPhase.Checking });
        time.Advance(TimeSpan.FromSeconds(1));
        board.Update(report => report with { Phase = ReloadPhase.Failed });

        var series = board.Measures.Phases.Read(new("x_seconds", MetricType.Histogram, "x", "phase")).Series.ShouldHaveSingleItem();
        series.Labels.ShouldBe([new("phase", "checking")]);
        series.Value.ShouldBe(3);
        series.Buckets!.Sum(static bucket => bucket.Count).ShouldBe(2);
    }

    [Fact]
    public void What_is_desired_is_unserved_from_the_first_wish_until_it_is_active_and_proved()
    {
        board.UnservedSince.ShouldBeNull();
        var since = time.GetUtcNow();
        board.Update(report => report with { Desired = "a" });
        time.Advance(TimeSpan.FromSeconds(5));
        board.Update(report => report with { Desired = "b", Active = "b" });
        board.UnservedSince.ShouldBe(since);

        board.Update(report => report with { Served = "b" });
        board.UnservedSince.ShouldBeNull();
    }

    [Fact]
    public async Task Waiter_is_woken_by_news()
    {
        var waiting = board.WaitAsync(1, board.Latest.Instance, TimeSpan.FromSeconds(30), Stop);
        waiting.IsCompleted.ShouldBeFalse();

        board.Update(report => report with { Desired = "a" });

        (await waiting).Desired.ShouldBe("a");
    }

    [Fact]
    public async Task Waiter_gets_the_report_as_it_is_when_the_time_is_over()
    {
        var waiting = board.WaitAsync(1, board.Latest.Instance, TimeSpan.FromSeconds(30), Stop);

        time.Advance(TimeSpan.FromSeconds(30));

        (await waiting).Revision.ShouldBe(1);
    }

    [Fact]
    public async Task Waiter_for_another_process_is_answered_at_once() =>
        (await board.WaitAsync(99, "another", TimeSpan.FromSeconds(30), Stop)).Revision.ShouldBe(1);
}
