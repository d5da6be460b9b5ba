using Operator.Entities.Servers;
using Operator.Servers;
using Operator.Servers.Rendering;
using Operator.Servers.Rollout;

namespace Operator.Tests.Servers;

public sealed class TargetChoiceTests
{
    private static readonly Bundle Good = BundleOf(1), Bad = BundleOf(2), Third = BundleOf(3);

    [Fact]
    public void What_is_wanted_is_the_target()
    {
        var choice = TargetChoice.Of(new(Bad, null), new(Good, null), Healthy(Good));

        choice.ShouldBe(new TargetChoice(Bad, null, null));
    }

    [Fact]
    public void With_a_bad_input_the_published_bundle_stays()
    {
        var problem = new InputProblem("KeyMismatch", "x");

        TargetChoice.Of(new(null, problem), new(Good, null), Healthy(Good)).ShouldBe(new TargetChoice(Good, problem, null));
        TargetChoice.Of(new(null, problem), new(null, null), null).Target.ShouldBeNull();
    }

    [Fact]
    public void A_rejected_digest_is_not_tried_again_and_the_last_good_one_returns()
    {
        var status = Healthy(Good) with { Rejected = new() { Digest = Bad.Digest, Reason = "ProofFailed", Message = "m" } };

        var choice = TargetChoice.Of(new(Bad, null), new(Bad, Good), status);

        choice.Target.ShouldBe(Good);
        choice.Problem.ShouldBe(new InputProblem("ProofFailed", "m"));
        choice.RejectedAfter(null).ShouldBe(status.Rejected);
    }

    [Fact]
    public void A_change_of_the_inputs_ends_the_rejection()
    {
        var status = Healthy(Good) with { Rejected = new() { Digest = Bad.Digest, Reason = "ProofFailed", Message = "m" } };

        TargetChoice.Of(new(Third, null), new(Good, null), status).ShouldBe(new TargetChoice(Third, null, null));
    }

    [Fact]
    public void A_new_value_of_the_retry_annotation_ends_the_rejection_and_the_old_one_does_not()
    {
        var status = Healthy(Good) with { Rejected = new() { Digest = Bad.Digest, Reason = "ProofFailed", Message = "m", Retry = "1" } };

        TargetChoice.Of(new(Bad, null), new(Bad, Good), status, "1").Target.ShouldBe(Good);
        var choice = TargetChoice.Of(new(Bad, null), new(Bad, Good), status, "2");

        choice.ShouldBe(new TargetChoice(Bad, null, null));
        var plan = Make.Plan(Bad.Digest, [Make.Pod("mail-0", Bad.Digest, Make.Refused(Bad.Digest))], 1);
        choice.RejectedAfter(plan, "2")!.Retry.ShouldBe("2");
    }

    [Fact]
    public void Without_anything_good_to_return_to_the_wanted_bundle_stays_the_target()
    {
        var status = new CyrusServerStatus { Rejected = new() { Digest = Bad.Digest, Reason = "ProofFailed", Message = "m" } };

        TargetChoice.Of(new(Bad, null), new(Bad, null), status).Target.ShouldBe(Bad);
    }

    [Fact]
    public void A_refusal_of_the_target_is_remembered()
    {
        var choice = TargetChoice.Of(new(Bad, null), new(Good, null), Healthy(Good));
        var plan = Make.Plan(Bad.Digest, [Make.Pod("mail-0", Bad.Digest, Make.Refused(Bad.Digest))], 1);

        choice.RejectedAfter(plan).ShouldBe(
            new RejectedDigest { Digest = Bad.Digest, Reason = "ConfigurationInvalid", Message = "Pod mail-0: imapd.conf line 4" });
    }

    private static CyrusServerStatus Healthy(Bundle bundle) => new() { HealthyDigest = bundle.Digest };

    private static Bundle BundleOf(byte content) => new(new Dictionary<string, byte[]> { ["imapd.conf"] = [content] });
}
