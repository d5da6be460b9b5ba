using Operator.Entities.Contract;
using Operator.Servers.Rollout;

namespace Operator.Tests.Servers;

public sealed class RestartRulesTests
{
    private const string Target = "served";

    [Fact]
    public void One_pod_at_a_time_is_restarted_in_the_order_of_a_rollout_while_all_are_ready_and_serving()
    {
        Decide([Old("mail-0"), Old("mail-1"), Old("mail-2")]).ShouldBe((Name: "mail-0", false, 3));
        Decide([New("mail-0"), Old("mail-1"), Old("mail-2")]).ShouldBe((Name: "mail-1", false, 2));
        Decide([New("mail-0"), Old("mail-1") with { Ready = false }, Old("mail-2")]).ShouldBe((Name: null, false, 2));
        Decide([New("mail-0"), Old("mail-2")], replicas: 3).ShouldBe((Name: null, false, 1));
        Decide([New("mail-0"), New("mail-1"), New("mail-2")]).ShouldBe((Name: null, false, 0));
    }

    [Fact]
    public void What_a_reload_can_do_comes_first() =>
        Decide([Old("mail-0"), Old("mail-1") with { Report = Make.Report(ReloadPhase.Converging, Target) }]).ShouldBe((Name: null, false, 2));

    [Fact]
    public void A_pod_that_cannot_start_as_it_is_goes_first_whatever_the_others_do()
    {
        var broken = Old("mail-1") with { Ready = false, Ip = null, Trouble = "container cyrus is waiting: ImagePullBackOff" };

        Decide([Old("mail-0") with { Ready = false }, broken, Old("mail-2")]).ShouldBe((Name: "mail-1", true, 3));
        Decide([New("mail-0"), broken with { RestartDigest = "new" }]).ShouldBe((Name: null, false, 0));
    }

    [Fact]
    public void A_pod_of_an_operator_that_knew_no_restart_digest_is_left_alone() =>
        Decide([Old("mail-0") with { RestartDigest = null }]).ShouldBe((Name: null, false, 0));

    [Fact]
    public void The_first_restarted_pod_soaks_from_the_time_at_which_it_was_ready()
    {
        PodView[] pods = [New("mail-0") with { ReadySince = Make.Now.AddSeconds(-10) }, Old("mail-1"), Old("mail-2")];
        var goal = Goal(3) with { Rules = new() { SoakSeconds = 30 } };

        var soaking = RestartRules.Decide(goal, pods, served: true, Make.Now);
        var later = RestartRules.Decide(goal, pods, served: true, Make.Now.AddSeconds(20));

        (soaking.Pod, soaking.SoakUntil).ShouldBe((null, Make.Now.AddSeconds(20)));
        later.Pod!.Name.ShouldBe("mail-1");
    }

    private static (string? Name, bool IsBroken, int Left) Decide(PodView[] pods, int? replicas = null)
    {
        var step = RolloutPlan.Decide(Goal(replicas ?? pods.Length), pods, Make.Now).Restart;
        return (step.Pod?.Name, step.IsBroken, step.Left);
    }

    private static RolloutGoal Goal(int replicas) => Make.Goal(Target, replicas) with { RestartDigest = "new" };

    private static PodView Old(string name) => New(name) with { RestartDigest = "old" };

    private static PodView New(string name) => Make.Pod(name, Target, Make.Report(ReloadPhase.Healthy, Target)) with { RestartDigest = "new" };
}
