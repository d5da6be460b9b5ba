using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Chaos.Tests;

public sealed class ClaimsTests
{
    private static readonly Dictionary<string, int> s_numbers = new() { ["leaf"] = 4 };

    [Fact]
    public void Healthy_promises_a_certificate_and_a_configuration() => Claims.PromiseOf(Server(), s_numbers, 9).ShouldBe(new Mark(9, 4, 7));

    [Fact]
    public void Nothing_is_promised_by_a_status_that_is_unhealthy_or_of_an_older_spec()
    {
        Claims.PromiseOf(Server(healthy: Conditions.False), s_numbers, 9).ShouldBeNull();
        Claims.PromiseOf(Server(observed: 1), s_numbers, 9).ShouldBeNull();
    }

    [Fact]
    public void What_is_true_is_no_lie()
    {
        Claims.LiesOf(Server()).ShouldBeEmpty();
        Claims.LiesOf(Server(healthy: Conditions.False, served: "dcba", option: Claims.Spoiled)).ShouldBeEmpty();
    }

    [Fact]
    public void Healthy_is_a_lie_when_the_rest_of_the_status_or_the_spec_says_otherwise()
    {
        Claims.LiesOf(Server(served: "dcba")).ShouldBe(["healthy, and mail-0 serves dcba instead of abcdef"]);
        Claims.LiesOf(Server(stale: 1)).ShouldBe(["healthy with 1 old idle workers in mail-0"]);
        Claims.LiesOf(Server(replicas: 2)).ShouldBe(["healthy with 1 healthy pods of 1, and 2 are wanted"]);
        Claims.LiesOf(Server(option: Claims.Spoiled)).ShouldBe(["healthy with an imapd.conf that no worker could read"]);
    }

    private static CyrusServer Server(
        string healthy = Conditions.True, long observed = 2, string served = "abcd", int stale = 0, int replicas = 1, string option = "") => new()
        {
            Metadata = new V1ObjectMeta { Name = "mail", Generation = 2 },
            Spec = new CyrusServerSpec { Replicas = replicas, ImapdConf = $"{Claims.NameOf(7)}\n{option}" },
            Status = new CyrusServerStatus
            {
                ObservedGeneration = observed,
                TargetDigest = "abcdef",
                HealthyDigest = "abcdef",
                HealthyReplicas = 1,
                Conditions = [new V1Condition { Type = "RolloutHealthy", Status = healthy, Reason = "Test", Message = "", LastTransitionTime = DateTimeOffset.UnixEpoch }],
                Pods = [new PodStatus { Name = "mail-0", Served = served, Stale = stale, CertificateSha256 = "leaf" }],
            },
        };
}
