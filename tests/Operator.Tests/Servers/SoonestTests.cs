using Operator.Servers;

namespace Operator.Tests.Servers;

public sealed class SoonestTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1), Long = TimeSpan.FromHours(1);

    [Fact]
    public void The_shortest_counts_whatever_is_missing_around_it()
    {
        Soonest.Of(null, Long, null, Short, null).ShouldBe(Short);
        Soonest.Of(Short, Long).ShouldBe(Short);
        Soonest.Of(null, null).ShouldBeNull();
    }
}
