namespace Chaos.Tests;

public sealed class ScheduleTests
{
    [Fact]
    public void The_same_seed_brings_the_same_and_another_one_something_else()
    {
        Turns(1).ShouldBe(Turns(1));
        Turns(1).ShouldNotBe(Turns(2));
    }

    [Fact]
    public void Each_fault_strikes_once_before_any_strikes_again()
    {
        var names = Turns(7).Select(static turn => turn.Fault.Name).ToList();

        names.Take(Faults.All.Count).Order().ShouldBe(Faults.All.Select(static fault => fault.Name).Order());
        names.Skip(Faults.All.Count).Take(Faults.All.Count).Order().ShouldBe(Faults.All.Select(static fault => fault.Name).Order());
    }

    private static List<Turn> Turns(int seed) => [.. Schedule.Of(seed, Faults.All).Take(2 * Faults.All.Count)];
}
