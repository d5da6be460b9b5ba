using Operator.Entities.Contract;
using Operator.Servers.Rollout;

namespace Operator.Tests.Servers;

public sealed class RolloutPlanTests
{
    private const string Target = "new";

    [Fact]
    public void The_first_pod_is_the_canary_however_many_may_go_at_once()
    {
        var plan = RolloutPlan.Decide(Target, [Old("mail-0"), Old("mail-1"), Old("mail-2")], 3, maxParallel: 2);

        plan.Annotate.Select(static pod => pod.Name).ShouldBe(["mail-0"]);
        plan.Complete.ShouldBeFalse();
    }

    [Fact]
    public void While_the_canary_is_under_way_no_other_pod_is_asked()
    {
        var plan = RolloutPlan.Decide(Target, [UnderWay("mail-0"), Old("mail-1")], 2, maxParallel: 2);

        plan.Annotate.ShouldBeEmpty();
        plan.UnderWay.ShouldHaveSingleItem().Name.ShouldBe("mail-0");
    }

    [Fact]
    public void Behind_a_healthy_canary_as_many_go_as_may()
    {
        var plan = RolloutPlan.Decide(Target, [Healthy("mail-0"), Old("mail-1"), Old("mail-2"), Old("mail-3")], 4, maxParallel: 2);

        plan.Annotate.Select(static pod => pod.Name).ShouldBe(["mail-1", "mail-2"]);
    }

    [Fact]
    public void Pods_go_in_the_order_of_their_ordinals()
    {
        var plan = RolloutPlan.Decide(Target, [Old("mail-10"), Old("mail-9"), Healthy("mail-0")], 3, maxParallel: 1);

        plan.Annotate.ShouldHaveSingleItem().Name.ShouldBe("mail-9");
    }

    [Fact]
    public void A_pod_that_refuses_the_target_stops_the_rollout()
    {
        var plan = RolloutPlan.Decide(Target, [Make.Pod("mail-0", Target, Make.Refused(Target)), Old("mail-1")], 2, maxParallel: 1);

        plan.Annotate.ShouldBeEmpty();
        plan.Failure.ShouldBe(new RolloutFailure("mail-0", "ConfigurationInvalid", "Pod mail-0: imapd.conf line 4"));
        plan.Complete.ShouldBeFalse();
    }

    [Fact]
    public void A_pod_that_asks_for_a_restart_gets_it_while_all_are_ready()
    {
        var asks = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.AwaitingQuiet, Target) with { NeedsRestart = true });
        var ready = Old("mail-1");

        RolloutPlan.Decide(Target, [asks, ready], 2, maxParallel: 1).Restart.ShouldBe(asks);
        RolloutPlan.Decide(Target, [asks, ready with { Ready = false }], 2, maxParallel: 1).Restart.ShouldBeNull();
        RolloutPlan.Decide("newer", [asks, ready], 2, maxParallel: 1).Restart.ShouldBeNull();
    }

    [Fact]
    public void A_refusal_of_something_else_does_not_count()
    {
        var pod = Make.Pod("mail-0", Target, Make.Refused("earlier"));

        RolloutPlan.Decide(Target, [pod], 1, maxParallel: 1).Failure.ShouldBeNull();
    }

    [Fact]
    public void It_is_complete_when_every_wanted_pod_is_there_and_proved()
    {
        RolloutPlan.Decide(Target, [Healthy("mail-0"), Healthy("mail-1")], 2, 1).Complete.ShouldBeTrue();
        RolloutPlan.Decide(Target, [Healthy("mail-0")], 2, 1).Complete.ShouldBeFalse();
        RolloutPlan.Decide(Target, [Healthy("mail-0"), UnderWay("mail-1")], 2, 1).Complete.ShouldBeFalse();
    }

    [Fact]
    public void A_report_that_speaks_of_healthy_but_has_stale_workers_or_served_something_else_is_not_healthy()
    {
        var stale = Make.Report(ReloadPhase.Healthy, Target) with { Workers = new WorkerCounts { Stale = 1 } };
        var unproved = Make.Report(ReloadPhase.Healthy, Target) with { Served = "old" };

        RolloutPlan.Decide(Target, [Make.Pod("mail-0", Target, stale)], 1, 1).Complete.ShouldBeFalse();
        RolloutPlan.Decide(Target, [Make.Pod("mail-0", Target, unproved)], 1, 1).Complete.ShouldBeFalse();
    }

    [Fact]
    public void What_a_pod_said_before_it_was_asked_again_is_no_answer()
    {
        // The target went from this one to another and back, and the pod may be in the middle of the other.
        var healthy = Healthy("mail-0") with { Nudge = 3 };
        var refused = Make.Pod("mail-0", Target, Make.Refused(Target)) with { Nudge = 3 };

        RolloutPlan.Decide(Target, [healthy], 1, 1).Complete.ShouldBeFalse();
        RolloutPlan.Decide(Target, [healthy], 1, 1).UnderWay.ShouldHaveSingleItem().HasMounted(Target).ShouldBeFalse();
        RolloutPlan.Decide(Target, [refused], 1, 1).Failure.ShouldBeNull();
        RolloutPlan.Decide(Target, [healthy with { Report = healthy.Report! with { Nudge = 3 } }], 1, 1).Complete.ShouldBeTrue();
    }

    [Fact]
    public void A_pod_without_an_address_is_not_asked_yet() =>
        RolloutPlan.Decide(Target, [Old("mail-0") with { Ip = null }], 1, 1).Annotate.ShouldBeEmpty();

    private static PodView Old(string name) => Make.Pod(name, "old", Make.Report(ReloadPhase.Healthy, "old"));

    private static PodView UnderWay(string name) => Make.Pod(name, Target, Make.Report(ReloadPhase.Converging, Target));

    private static PodView Healthy(string name) => Make.Pod(name, Target, Make.Report(ReloadPhase.Healthy, Target));
}
