using Operator.Reloader.Reload;

namespace Operator.Reloader.Tests.Reload;

public sealed class DecisionTests
{
    private static readonly World Served = new() { Desired = "a", Mounted = "a", Active = "a", Served = "a", HasMaster = true };

    [Fact]
    public void Nothing_is_done_while_nothing_is_asked_for() => Decide(Served with { Desired = null }).ShouldBe((Step.Idle, ""));

    [Fact]
    public void What_is_served_stays() => Decide(Served).ShouldBe((Step.Stay, "a"));

    [Fact]
    public void Desired_digest_is_awaited_until_it_is_mounted()
    {
        Decide(Served with { Desired = "b" }).ShouldBe((Step.AwaitMount, "b"));
        Decide(Served with { Desired = "b", Mounted = "b" }).ShouldBe((Step.Activate, "b"));
    }

    [Fact]
    public void What_is_mounted_but_not_desired_is_left_alone() => Decide(Served with { Mounted = "b" }).ShouldBe((Step.Stay, "a"));

    [Fact]
    public void Active_generation_is_proved_once_per_master()
    {
        Decide(Served with { Served = null }).ShouldBe((Step.Prove, "a"));
        Decide(Served with { Served = null, HasMaster = false }).ShouldBe((Step.AwaitMaster, "a"));
    }

    [Fact]
    public void New_generation_is_activated_even_when_no_master_runs() =>
        Decide(Served with { Desired = "b", Mounted = "b", HasMaster = false }).ShouldBe((Step.Activate, "b"));

    [Fact]
    public void Refused_before_the_flip_leaves_what_runs()
    {
        var world = Served with { Desired = "b", Mounted = "b", Rejected = "b" };

        Decide(world).ShouldBe((Step.Stay, "a"));
        Decide(world with { Served = null }).ShouldBe((Step.Prove, "a"));
    }

    [Fact]
    public void Refused_after_the_flip_goes_back()
    {
        var world = Served with { Desired = "b", Mounted = "b", Active = "b", Rejected = "b", Fallback = "a", Served = null };

        Decide(world).ShouldBe((Step.Activate, "a"));
        Decide(world with { Active = "a" }).ShouldBe((Step.Prove, "a"));
        Decide(world with { Active = "a", Served = "a" }).ShouldBe((Step.Stay, "a"));
    }

    [Fact]
    public void Another_desired_digest_is_tried_after_a_refused_one() =>
        Decide(Served with { Desired = "c", Mounted = "c", Rejected = "b" }).ShouldBe((Step.Activate, "c"));

    private static (Step, string) Decide(World world)
    {
        var decided = Decision.Next(world);
        return (decided.Step, decided.Goal);
    }
}
