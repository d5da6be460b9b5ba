using Operator.Kubernetes.Api;
using Operator.Servers.Rollout;

namespace Operator.Tests.Servers;

public sealed class PodRequestsTests
{
    private static readonly ObjectKey Server = new("post", "mail");

    private readonly PodRequests requests = new();

    [Fact]
    public void A_pod_gets_a_second_to_mount_and_then_twice_as_long_after_each_nudge_up_to_half_a_minute()
    {
        var now = Make.Now;
        var waits = new List<double>();
        requests.Asked(Server, Make.Pod("mail-0"), "d", 1, now);
        for (var turn = 0; turn < 8; turn++)
        {
            var wait = requests.Remaining(Server, Make.Pod("mail-0", "d"), "d", now);
            waits.Add(wait.TotalSeconds);
            now += wait;
            requests.Remaining(Server, Make.Pod("mail-0", "d"), "d", now).ShouldBe(TimeSpan.Zero);
            requests.Asked(Server, Make.Pod("mail-0", "d"), "d", turn + 2, now);
        }

        waits.ShouldBe([1, 2, 4, 8, 16, 30, 30, 30]);
    }

    [Fact]
    public void A_pod_that_an_operator_before_us_asked_gets_its_second_too() =>
        requests.Remaining(Server, Make.Pod("mail-0", "d"), "d", Make.Now).ShouldBe(TimeSpan.FromSeconds(1));

    [Fact]
    public void A_new_digest_starts_from_the_beginning()
    {
        requests.Asked(Server, Make.Pod("mail-0"), "d", 1, Make.Now);
        requests.Asked(Server, Make.Pod("mail-0", "d"), "d", 2, Make.Now.AddSeconds(1));
        requests.Asked(Server, Make.Pod("mail-0", "d"), "e", 3, Make.Now.AddSeconds(2));

        requests.Remaining(Server, Make.Pod("mail-0", "e"), "e", Make.Now.AddSeconds(2)).ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void It_is_known_since_when_a_pod_was_asked_for_the_same()
    {
        var asked = Make.Pod("mail-0", "d");
        requests.Asked(Server, Make.Pod("mail-0"), "d", 1, Make.Now);
        requests.Asked(Server, asked, "d", 2, Make.Now.AddSeconds(1));
        var since = requests.Newest(asked).MountingSince;
        requests.Asked(Server, asked, "e", 3, Make.Now.AddSeconds(9));

        (since, requests.Newest(asked).MountingSince).ShouldBe((Make.Now, Make.Now.AddSeconds(9)));
    }

    [Fact]
    public void While_the_watch_lags_behind_our_own_request_the_request_counts()
    {
        var before = Make.Pod("mail-0", "a") with { Nudge = 1 };
        requests.Asked(Server, before, "b", 2, Make.Now);

        requests.Newest(before).ShouldBe(before with { Annotated = "b", Nudge = 2, MountingSince = Make.Now });
    }

    [Fact]
    public void Once_the_request_was_seen_the_watch_counts_again()
    {
        var before = Make.Pod("mail-0", "a") with { Nudge = 1 };
        requests.Asked(Server, before, "b", 2, Make.Now);
        requests.Newest(before with { Annotated = "b", Nudge = 2 });
        var stripped = before with { Annotated = null, Nudge = 0 };

        requests.Newest(stripped).ShouldBe(stripped with { MountingSince = Make.Now });
    }

    [Fact]
    public void Pods_that_are_gone_are_forgotten_and_those_of_other_servers_are_not()
    {
        var (gone, other) = (Make.Pod("mail-0", "a"), Make.Pod("other-0", "a"));
        requests.Asked(Server, gone, "b", 2, Make.Now);
        requests.Asked(Server with { Name = "other" }, other, "b", 2, Make.Now);

        requests.Keep(Server, []);

        requests.Newest(gone).ShouldBe(gone);
        requests.Newest(other).Annotated.ShouldBe("b");
    }
}
