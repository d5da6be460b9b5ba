using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Telemetry;

namespace Operator.Kubernetes.Tests.Controllers;

public sealed class HealthRulesTests
{
    private static readonly HealthLimits s_limits = new();
    private static readonly InformerReading s_pods = new("pods", true, 3, 1, 1, 0, 0, TimeSpan.FromMinutes(10));
    private static readonly QueueReading s_queue = new("mail", true, 5, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(9));

    [Fact]
    public void Ready_is_who_has_all_informers_synced()
    {
        HealthRules.NotReady([s_pods]).ShouldBeEmpty();
        HealthRules.NotReady([s_pods, s_pods with { Name = "secrets", HasSynced = false }]).ShouldBe(["secrets has not synced"]);
    }

    [Fact]
    public void Live_is_whose_watches_are_younger_than_their_limit_and_whose_queues_move()
    {
        HealthRules.NotLive([s_pods], [s_queue], s_limits).ShouldBeEmpty();
    }

    [Fact]
    public void An_informer_without_a_sign_of_life_is_not_live()
    {
        HealthRules.NotLive([s_pods with { SinceProgress = TimeSpan.FromMinutes(16) }], [], s_limits)
            .ShouldBe(["pods has shown no sign of life for 960 s"]);
    }

    [Fact]
    public void A_key_that_is_worked_on_for_too_long_is_not_live()
    {
        HealthRules.NotLive([], [s_queue with { LongestRunning = TimeSpan.FromMinutes(11) }], s_limits)
            .ShouldBe(["mail has worked on one key for 660 s"]);
    }

    [Fact]
    public void Ready_keys_of_which_none_is_taken_are_not_live()
    {
        HealthRules.NotLive([], [s_queue with { SinceTaken = TimeSpan.FromMinutes(11) }], s_limits)
            .ShouldBe(["mail has 5 ready keys and has taken none for 660 s"]);
    }

    [Fact]
    public void An_empty_queue_and_one_whose_workers_stand_by_need_not_move()
    {
        var still = s_queue with { SinceTaken = TimeSpan.FromDays(1) };

        HealthRules.NotLive([], [still with { Depth = 0 }, still with { IsWorking = false }], s_limits).ShouldBeEmpty();
    }
}
