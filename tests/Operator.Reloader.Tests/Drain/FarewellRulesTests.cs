using Operator.Entities.Contract;
using Operator.Reloader.Drain;

namespace Operator.Reloader.Tests.Drain;

public sealed class FarewellRulesTests
{
    private static readonly ReloadSettings Settings = new() { RestartAfterSeconds = 30, RestartGraceSeconds = 90 };

    [Theory]
    [InlineData(0, 1.9, null, FarewellStep.Wait)]
    [InlineData(0, 2, null, FarewellStep.Leave)]
    [InlineData(0, 40, 10.0, FarewellStep.Leave)]
    [InlineData(1, 0, null, FarewellStep.Wait)]
    [InlineData(1, 29.9, null, FarewellStep.Wait)]
    [InlineData(1, 30, null, FarewellStep.Tell)]
    [InlineData(1, 30, 0.0, FarewellStep.Tell)]
    [InlineData(1, 119, 89.9, FarewellStep.Tell)]
    [InlineData(1, 120, 90.0, FarewellStep.Leave)]
    public void Sessions_may_end_are_told_and_are_left(int sessions, double waited, double? told, object expected) =>
        FarewellRules.Next(sessions, TimeSpan.FromSeconds(waited), told is { } at ? TimeSpan.FromSeconds(at) : null, Settings).ShouldBe(expected);

    [Fact]
    public void With_times_of_zero_they_are_told_at_once_and_waited_for_no_longer()
    {
        var none = new ReloadSettings { RestartAfterSeconds = 0, RestartGraceSeconds = 0 };

        FarewellRules.Next(5, TimeSpan.Zero, null, none).ShouldBe(FarewellStep.Tell);
        FarewellRules.Next(5, TimeSpan.Zero, TimeSpan.Zero, none).ShouldBe(FarewellStep.Leave);
    }

    [Fact]
    public void A_notice_is_left_over_when_the_master_is_younger()
    {
        FarewellRules.IsLeftOver(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(4)).ShouldBeTrue();
        FarewellRules.IsLeftOver(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5)).ShouldBeFalse();
    }

    [Fact]
    public void Sessions_are_counted_by_how_they_ended()
    {
        var tally = new FarewellTally();

        tally.Look([(1, 1), (2, 1), (3, 1)]);
        tally.Look([(2, 1), (3, 1), (4, 1)]); // 1 went by itself, 4 came
        tally.Tell();
        tally.Look([(2, 1), (2, 2)]); // another process with the same pid came
        tally.Tell();
        tally.Look([(2, 2)]);

        (tally.EndedThemselves, tally.Told, tally.Left).ShouldBe((1, 4, 1));
    }
}
