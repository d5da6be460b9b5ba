using Operator.Kubernetes.Api;
using Operator.Kubernetes.Leadership;

namespace Operator.Kubernetes.Tests.Leadership;

public sealed class LeaseRulesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly LeaderElectionOptions s_options = new() { Name = "test", Namespace = "ns", Identity = "me" };

    [Theory]
    [InlineData(null, 0, LeaseStep.Take)]
    [InlineData("", 0, LeaseStep.Take)]
    [InlineData("me", 0, LeaseStep.Take)]
    [InlineData("other", 0, LeaseStep.Wait)]
    [InlineData("other", 29.9, LeaseStep.Wait)]
    [InlineData("other", 30, LeaseStep.Take)]
    public void A_lease_is_taken_when_it_is_free_or_ours_or_has_not_changed_for_the_duration_in_it(
        string? holder, double unchanged, object step)
    {
        var spec = new V1LeaseSpec { HolderIdentity = holder, LeaseDurationSeconds = 30, RenewTime = s_now.AddYears(-1) };

        LeaseRules.Step(new V1Lease { Spec = spec }, "me", TimeSpan.FromSeconds(unchanged)).ShouldBe(step);
    }

    [Fact]
    public void Only_a_lease_that_is_not_there_is_created()
    {
        LeaseRules.Step(null, "me", TimeSpan.Zero).ShouldBe(LeaseStep.Create);
        LeaseRules.Step(new V1Lease(), "me", TimeSpan.Zero).ShouldBe(LeaseStep.Take);
    }

    [Fact]
    public void The_term_is_counted_up_at_each_change_of_hands_and_only_then()
    {
        var free = new V1LeaseSpec { HolderIdentity = "", LeaseTransitions = 4 };

        LeaseRules.Taken(null, s_options, s_now).LeaseTransitions.ShouldBe(0);
        LeaseRules.Taken(free, s_options, s_now).LeaseTransitions.ShouldBe(5);
        LeaseRules.Taken(free with { HolderIdentity = "other" }, s_options, s_now).LeaseTransitions.ShouldBe(5);
        LeaseRules.Taken(free with { HolderIdentity = "me" }, s_options, s_now).LeaseTransitions.ShouldBe(4);
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0.75)]
    [InlineData(1, 1)]
    public void A_candidate_looks_well_within_the_retry_period_and_not_in_step_with_others(double jitter, double seconds)
    {
        LeaseRules.Wait(TimeSpan.FromSeconds(2), null, jitter).ShouldBe(TimeSpan.FromSeconds(seconds));
        LeaseRules.Wait(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(9), jitter).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void A_candidate_does_not_sleep_past_the_moment_at_which_the_lease_runs_out()
    {
        LeaseRules.Wait(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(0.3), 0.5).ShouldBe(TimeSpan.FromSeconds(0.3));
        LeaseRules.Wait(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(-1), 0.5).ShouldBe(TimeSpan.FromSeconds(0.75));
    }

    [Fact]
    public void Each_field_of_the_record_is_a_sign_of_life()
    {
        var record = LeaseRules.Taken(null, s_options, s_now);

        LeaseRules.IsSameRecord(record, record with { }).ShouldBeTrue();
        LeaseRules.IsSameRecord(record, record with { RenewTime = s_now.AddSeconds(1) }).ShouldBeFalse();
        LeaseRules.IsSameRecord(record, record with { HolderIdentity = "other" }).ShouldBeFalse();
        LeaseRules.IsSameRecord(record, record with { LeaseTransitions = 1 }).ShouldBeFalse();
    }

    [Fact]
    public void Options_that_cannot_work_are_refused()
    {
        s_options.Validate();
        Refused(s_options with { Name = "" });
        Refused(s_options with { Namespace = "" });
        Refused(s_options with { Identity = "" });
        Refused(s_options with { LeaseDuration = TimeSpan.FromSeconds(14.5) });
        Refused(s_options with { LeaseDuration = TimeSpan.FromSeconds(10) });
        Refused(s_options with { RetryPeriod = TimeSpan.Zero });
        Refused(s_options with { RetryPeriod = TimeSpan.FromSeconds(9) });
    }

    [Fact]
    public void Two_processes_on_one_machine_have_two_identities()
    {
        new LeaderElectionOptions { Name = "test", Namespace = "ns" }.Identity
            .ShouldNotBe(new LeaderElectionOptions { Name = "test", Namespace = "ns" }.Identity);
    }

    private static void Refused(LeaderElectionOptions options) => Should.Throw<ArgumentException>(options.Validate);
}
