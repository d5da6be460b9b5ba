using Operator.Servers.Rollout;

namespace Operator.Tests.Servers;

public sealed class NudgeTimerTests
{
    private readonly NudgeTimer timer = new();

    [Fact]
    public void A_pod_gets_a_second_to_mount_and_then_twice_as_long_after_each_nudge_up_to_half_a_minute()
    {
        var now = Make.Now;
        var waits = new List<double>();
        for (var turn = 0; turn < 8; turn++)
        {
            var wait = timer.Remaining("p", "d", now);
            waits.Add(wait.TotalSeconds);
            now += wait;
            timer.Remaining("p", "d", now).ShouldBe(TimeSpan.Zero);
            timer.Nudged("p", "d", now);
        }

        waits.ShouldBe([1, 2, 4, 8, 16, 30, 30, 30]);
    }

    [Fact]
    public void A_new_digest_starts_from_the_beginning()
    {
        timer.Remaining("p", "d", Make.Now);
        timer.Nudged("p", "d", Make.Now.AddSeconds(1));

        timer.Remaining("p", "e", Make.Now.AddSeconds(1)).ShouldBe(TimeSpan.FromSeconds(1));
    }
}
