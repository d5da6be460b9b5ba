using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Servers.Rollout;

namespace Operator.Tests.Servers;

public sealed class RolloutPlanTests
{
    private const string Target = "new";

    [Fact]
    public void The_first_pod_is_the_canary_however_many_may_go_at_once()
    {
        var plan = Make.Plan(Target, [Old("mail-0"), Old("mail-1"), Old("mail-2")], 3, maxParallel: 2);

        plan.Annotate.Select(static pod => pod.Name).ShouldBe(["mail-0"]);
        plan.Complete.ShouldBeFalse();
    }

    [Fact]
    public void While_the_canary_is_under_way_no_other_pod_is_asked()
    {
        var plan = Make.Plan(Target, [UnderWay("mail-0"), Old("mail-1")], 2, maxParallel: 2);

        plan.Annotate.ShouldBeEmpty();
        plan.UnderWay.ShouldHaveSingleItem().Name.ShouldBe("mail-0");
    }

    [Fact]
    public void Behind_a_healthy_canary_as_many_go_as_may()
    {
        var plan = Make.Plan(Target, [Healthy("mail-0"), Old("mail-1"), Old("mail-2"), Old("mail-3")], 4, maxParallel: 2);

        plan.Annotate.Select(static pod => pod.Name).ShouldBe(["mail-1", "mail-2"]);
    }

    [Fact]
    public void Pods_go_in_the_order_of_their_ordinals()
    {
        var plan = Make.Plan(Target, [Old("mail-10"), Old("mail-9"), Healthy("mail-0")], 3, maxParallel: 1);

        plan.Annotate.ShouldHaveSingleItem().Name.ShouldBe("mail-9");
    }

    [Fact]
    public void A_pod_that_refuses_the_target_stops_the_rollout()
    {
        var plan = Make.Plan(Target, [Make.Pod("mail-0", Target, Make.Refused(Target)), Old("mail-1")], 2, maxParallel: 1);

        plan.Annotate.ShouldBeEmpty();
        plan.Failure.ShouldBe(new RolloutFailure("mail-0", "ConfigurationInvalid", "Pod mail-0: imapd.conf line 4"));
        plan.Complete.ShouldBeFalse();
    }

    [Fact]
    public void A_pod_that_asks_for_a_restart_gets_it_while_all_are_ready()
    {
        var asks = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.AwaitingQuiet, Target) with { NeedsRestart = true });
        var ready = Old("mail-1");

        Make.Plan(Target, [asks, ready], 2, maxParallel: 1).Restart.Pod.ShouldBe(asks);
        Make.Plan(Target, [asks, ready with { Ready = false }], 2, maxParallel: 1).Restart.Pod.ShouldBeNull();
        Make.Plan("newer", [asks, ready], 2, maxParallel: 1).Restart.Pod.ShouldBeNull();
    }

    [Fact]
    public void A_phase_that_is_not_known_is_neither_a_success_nor_a_failure()
    {
        var newer = Make.Report(ReloadPhase.Unknown, Target) with { Served = Target, Rejected = Target };

        var plan = Make.Plan(Target, [Make.Pod("mail-0", Target, newer)], 1, maxParallel: 1);

        plan.UnderWay.ShouldHaveSingleItem();
        (plan.Complete, plan.Failure).ShouldBe((false, null));
    }

    [Fact]
    public void A_refusal_of_something_else_does_not_count()
    {
        var pod = Make.Pod("mail-0", Target, Make.Refused("earlier"));

        Make.Plan(Target, [pod], 1, maxParallel: 1).Failure.ShouldBeNull();
    }

    [Fact]
    public void It_is_complete_when_every_wanted_pod_is_there_and_proved()
    {
        Make.Plan(Target, [Healthy("mail-0"), Healthy("mail-1")], 2, maxParallel: 1).Complete.ShouldBeTrue();
        Make.Plan(Target, [Healthy("mail-0")], 2, maxParallel: 1).Complete.ShouldBeFalse();
        Make.Plan(Target, [Healthy("mail-0"), UnderWay("mail-1")], 2, maxParallel: 1).Complete.ShouldBeFalse();
    }

    [Fact]
    public void A_report_that_speaks_of_healthy_but_has_stale_workers_or_served_something_else_is_not_healthy()
    {
        var stale = Make.Report(ReloadPhase.Healthy, Target) with { Workers = new WorkerCounts { Stale = 1 } };
        var unproved = Make.Report(ReloadPhase.Healthy, Target) with { Served = "old" };

        Make.Plan(Target, [Make.Pod("mail-0", Target, stale)], 1, maxParallel: 1).Complete.ShouldBeFalse();
        Make.Plan(Target, [Make.Pod("mail-0", Target, unproved)], 1, maxParallel: 1).Complete.ShouldBeFalse();
    }

    [Fact]
    public void What_a_pod_said_before_it_was_asked_again_is_no_answer()
    {
        // The target went from this one to another and back, and the pod may be in the middle of the other.
        var healthy = Healthy("mail-0") with { Nudge = 3 };
        var refused = Make.Pod("mail-0", Target, Make.Refused(Target)) with { Nudge = 3 };

        Make.Plan(Target, [healthy], 1, maxParallel: 1).Complete.ShouldBeFalse();
        Make.Plan(Target, [healthy], 1, maxParallel: 1).UnderWay.ShouldHaveSingleItem().HasMounted(Target).ShouldBeFalse();
        Make.Plan(Target, [refused], 1, maxParallel: 1).Failure.ShouldBeNull();
        Make.Plan(Target, [healthy with { Report = healthy.Report! with { Nudge = 3 } }], 1, maxParallel: 1).Complete.ShouldBeTrue();
    }

    [Fact]
    public void Without_a_canary_as_many_go_as_may_from_the_beginning() =>
        Plan(static rules => rules with { Canary = false, MaxParallel = 2 }, Make.Now, [Old("mail-0"), Old("mail-1"), Old("mail-2")])
            .Annotate.Select(static pod => pod.Name).ShouldBe(["mail-0", "mail-1"]);

    [Fact]
    public void The_others_wait_until_the_canary_has_soaked()
    {
        PodView[] pods = [Healthy("mail-0"), Old("mail-1"), Old("mail-2")];
        static RolloutSpec Soaking(RolloutSpec rules) => rules with { SoakSeconds = 60 };

        var justSeen = Plan(Soaking, null, pods);
        var half = Plan(Soaking, Make.Now.AddSeconds(-30), pods);
        var over = Plan(Soaking, Make.Now.AddSeconds(-60), pods);

        (justSeen.Annotate.Count, justSeen.SoakUntil).ShouldBe((0, Make.Now.AddSeconds(60)));
        (half.Annotate.Count, half.SoakUntil).ShouldBe((0, Make.Now.AddSeconds(30)));
        over.Annotate.ShouldHaveSingleItem().Name.ShouldBe("mail-1");
        over.SoakUntil.ShouldBeNull();
    }

    [Fact]
    public void Going_back_to_what_every_pod_served_before_needs_no_canary_and_no_soaking()
    {
        var goal = Make.Goal(Target, 3) with { IsKnownGood = true, Rules = new() { SoakSeconds = 60, MaxParallel = 2 } };

        RolloutPlan.Decide(goal, [Old("mail-0"), Old("mail-1"), Healthy("mail-2")], Make.Now)
            .Annotate.Select(static pod => pod.Name).ShouldBe(["mail-0", "mail-1"]);
    }

    [Fact]
    public void A_pod_that_came_up_with_the_target_is_asked_at_once_whoever_is_on_the_way()
    {
        var fresh = Make.Pod("mail-2", null, Make.Report(ReloadPhase.Idle, Target) with { Desired = null });
        var unknown = Make.Pod("mail-3");

        var plan = Make.Plan(Target, [UnderWay("mail-0"), Old("mail-1"), fresh, unknown], 4, maxParallel: 1);

        plan.Annotate.ShouldHaveSingleItem().ShouldBe(fresh);
    }

    [Fact]
    public void A_failure_during_the_soaking_stops_the_rollout()
    {
        var plan = Plan(
            static rules => rules with { SoakSeconds = 60 }, Make.Now, [Healthy("mail-0"), Make.Pod("mail-1", Target, Make.Refused(Target)), Old("mail-2")]);

        (plan.Annotate.Count, plan.SoakUntil, plan.Failure!.Pod).ShouldBe((0, null, "mail-1"));
    }

    private static RolloutPlan Plan(Func<RolloutSpec, RolloutSpec> rules, DateTimeOffset? canary, PodView[] pods) =>
        RolloutPlan.Decide(Make.Goal(Target, pods.Length) with { Rules = rules(new()), CanaryTime = canary }, pods, Make.Now);

    [Fact]
    public void A_pod_without_an_address_is_not_asked_yet() =>
        Make.Plan(Target, [Old("mail-0") with { Ip = null }], 1, maxParallel: 1).Annotate.ShouldBeEmpty();

    private static PodView Old(string name) => Make.Pod(name, "old", Make.Report(ReloadPhase.Healthy, "old"));

    private static PodView UnderWay(string name) => Make.Pod(name, Target, Make.Report(ReloadPhase.Converging, Target));

    private static PodView Healthy(string name) => Make.Pod(name, Target, Make.Report(ReloadPhase.Healthy, Target));
}
