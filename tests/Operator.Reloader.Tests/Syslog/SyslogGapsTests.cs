using Operator.Reloader.Syslog;

namespace Operator.Reloader.Tests.Syslog;

public sealed class SyslogGapsTests
{
    private readonly SyslogGaps _gaps = new();

    [Fact]
    public void Nothing_is_missed_before_anything_has_arrived() => (_gaps.Missed, _gaps.LostLines).ShouldBe((0, 0));

    [Theory]
    [InlineData(0, 1, 2, 3)]
    [InlineData(2, 1, 2, 5)]
    [InlineData(3, 1, 3, 6)]
    [InlineData(0, 40, 41, 42)] // an earlier sidecar had the others
    [InlineData(0, 3, 1, 2)] // in another order than numbered
    [InlineData(1, 4, 2, 1)]
    public void Numbers_in_between_that_do_not_arrive_are_missed(int missed, params int[] numbers)
    {
        foreach (var number in numbers)
            _gaps.Arrived(new SyslogCount(7, number, Unsent: 0, LostLines: 0));

        _gaps.Missed.ShouldBe(missed);
    }

    [Fact]
    public void Message_that_is_late_was_not_missed()
    {
        _gaps.Arrived(new SyslogCount(7, 1, 0, 0));
        _gaps.Arrived(new SyslogCount(7, 3, 0, 0));
        _gaps.Missed.ShouldBe(1);

        _gaps.Arrived(new SyslogCount(7, 2, 0, 0));

        _gaps.Missed.ShouldBe(0);
    }

    [Fact]
    public void What_could_not_be_sent_before_the_first_arrival_is_missed_once()
    {
        _gaps.Arrived(new SyslogCount(7, 10, Unsent: 4, LostLines: 0));
        _gaps.Arrived(new SyslogCount(7, 11, Unsent: 4, LostLines: 0));
        _gaps.Missed.ShouldBe(4);

        _gaps.Arrived(new SyslogCount(7, 14, Unsent: 6, LostLines: 0));

        _gaps.Missed.ShouldBe(6);
    }

    [Fact]
    public void Master_that_was_started_again_numbers_anew()
    {
        _gaps.Arrived(new SyslogCount(7, 500, 0, LostLines: 20));
        _gaps.Arrived(new SyslogCount(8, 1, 0, LostLines: 0));
        _gaps.Arrived(new SyslogCount(8, 3, 0, LostLines: 5));
        _gaps.Arrived(new SyslogCount(7, 502, 0, LostLines: 30)); // its last worker

        (_gaps.Missed, _gaps.LostLines).ShouldBe((2, 35));
    }

    [Fact]
    public void Older_message_does_not_take_lost_lines_back()
    {
        _gaps.Arrived(new SyslogCount(7, 2, 0, LostLines: 9));
        _gaps.Arrived(new SyslogCount(7, 1, 0, LostLines: 4));

        _gaps.LostLines.ShouldBe(9);
    }

    [Fact]
    public void Origins_that_are_closed_stay_in_the_sum()
    {
        const int Origins = 3 * SyslogGaps.MostOrigins;
        for (var origin = 1; origin <= Origins; origin++)
        {
            _gaps.Arrived(new SyslogCount(origin, 1, 0, LostLines: 1));
            _gaps.Arrived(new SyslogCount(origin, 3, 0, LostLines: 2));
        }

        (_gaps.Missed, _gaps.LostLines).ShouldBe((Origins, 2 * Origins));
    }

    [Fact]
    public void Whatever_is_made_up_stays_a_number()
    {
        for (var origin = 1; origin <= 3 * SyslogGaps.MostOrigins; origin++)
            _gaps.Arrived(new SyslogCount(origin, SyslogCount.Most, SyslogCount.Most, SyslogCount.Most));

        _gaps.Missed.ShouldBeGreaterThan(0);
        _gaps.LostLines.ShouldBe(3 * SyslogGaps.MostOrigins * SyslogCount.Most);
    }
}
