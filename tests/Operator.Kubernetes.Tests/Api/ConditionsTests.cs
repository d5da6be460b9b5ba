using Operator.Kubernetes.Api;

namespace Operator.Kubernetes.Tests.Api;

public sealed class ConditionsTests
{
    private static readonly DateTimeOffset s_then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_now = s_then.AddHours(1);

    [Fact]
    public void A_new_condition_goes_to_the_end_with_the_time_of_now()
    {
        var result = Conditions.Set([Ready("True")], new V1Condition { Type = "Degraded", Status = "False" }, s_now);

        result.Select(one => one.Type).ShouldBe(["Ready", "Degraded"]);
        result[1].LastTransitionTime.ShouldBe(s_now);
    }

    [Fact]
    public void The_time_stays_while_only_the_message_changes()
    {
        var result = Conditions.Set([Ready("True")], Ready("True") with { Message = "still", LastTransitionTime = s_now }, s_now);

        result.ShouldHaveSingleItem().ShouldBe(Ready("True") with { Message = "still", LastTransitionTime = s_then });
    }

    [Fact]
    public void The_time_moves_when_the_status_changes_and_the_place_stays()
    {
        var result = Conditions.Set([Ready("True"), new V1Condition { Type = "Other", Status = "True" }], Ready("False"), s_now);

        result[0].ShouldBe(Ready("False") with { LastTransitionTime = s_now });
        result[1].Type.ShouldBe("Other");
    }

    [Fact]
    public void Fractions_of_a_second_are_cut_because_the_API_does_not_keep_them()
    {
        var result = Conditions.Set([], Ready("True"), s_now.AddMilliseconds(999));

        result[0].LastTransitionTime.ShouldBe(s_now);
    }

    [Fact]
    public void The_input_is_left_as_it_was()
    {
        V1Condition[] before = [Ready("True")];

        Conditions.Set(before, Ready("False"), s_now);

        before.ShouldBe([Ready("True")]);
    }

    [Fact]
    public void Is_true_only_when_the_condition_is_there_and_says_so()
    {
        Conditions.IsTrue([Ready("True")], "Ready").ShouldBeTrue();
        Conditions.IsTrue([Ready("Unknown")], "Ready").ShouldBeFalse();
        Conditions.IsTrue(null, "Ready").ShouldBeFalse();
    }

    private static V1Condition Ready(string status) => new() { Type = "Ready", Status = status, LastTransitionTime = s_then };
}
