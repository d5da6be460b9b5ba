using Operator.Kubernetes.Queue;

namespace Operator.Kubernetes.Tests.Queue;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(10, 2560)]
    [InlineData(18, 655_360)]
    [InlineData(19, 960_000)]
    [InlineData(int.MaxValue, 960_000)]
    public void The_time_doubles_up_to_the_limit(int failures, double milliseconds)
    {
        Backoff.Default.After(failures, jitter: 1).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(0.5, 7.5)]
    [InlineData(1, 10)]
    [InlineData(7, 10)]
    public void Half_of_the_time_is_left_to_chance(double jitter, double milliseconds)
    {
        Backoff.Default.After(2, jitter).ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }
}
