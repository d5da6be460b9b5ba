using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Children;

namespace Operator.Tests.Servers.Children;

public sealed class ClaimRulesTests
{
    private static readonly V1OwnerReference Other = new() { ApiVersion = "v1", Kind = "ConfigMap", Name = "other", Uid = "u-9" };

    private static readonly V1OwnerReference Own =
        new() { ApiVersion = "cyrus-operator.dev/v1alpha1", Kind = "CyrusServer", Name = "mail", Uid = "u-1" };

    [Theory]
    [InlineData("configuration-mail-0", "5Gi")]
    [InlineData("spool-mail-12", "9Gi")]
    public void A_claim_grows_to_the_size_of_its_kind(string name, string size) =>
        ClaimRules.Decide(Server(), Claim(name, "1Gi")).ShouldNotBeNull().Size.ShouldBe(size);

    [Fact]
    public void The_same_size_in_other_words_is_no_growth()
    {
        var step = ClaimRules.Decide(Server(), Claim("spool-mail-0", "9216Mi")).ShouldNotBeNull();

        (step.Size, step.Problem).ShouldBe((null, null));
    }

    [Fact]
    public void A_claim_that_is_not_bound_yet_waits() =>
        ClaimRules.Decide(Server(), Claim("spool-mail-0", "1Gi") with { Status = new() { Phase = "Pending" } })!.Size.ShouldBeNull();

    [Theory]
    [InlineData("spool-mail-2-0")]
    [InlineData("backup-mail-0")]
    [InlineData("spool-mail-")]
    public void A_claim_of_somebody_else_is_left_alone(string name) => ClaimRules.Decide(Server(), Claim(name, "1Gi")).ShouldBeNull();

    [Fact]
    public void A_smaller_size_is_a_problem_that_names_claim_field_and_sizes()
    {
        var problem = ClaimRules.Decide(Server(), Claim("spool-mail-0", "20Gi"))!.Problem.ShouldNotBeNull();

        problem.Reason.ShouldBe("StorageShrunk");
        problem.Message.ShouldBe("spec.storage.spool.size is 9Gi, but PersistentVolumeClaim post/spool-mail-0 has 20Gi; a volume cannot shrink");
    }

    [Fact]
    public void Another_class_is_a_problem_and_the_claim_does_not_grow()
    {
        var step = ClaimRules.Decide(Server("fast"), Claim("spool-mail-0", "1Gi"))!;

        step.Size.ShouldBeNull();
        step.Problem!.Reason.ShouldBe("StorageClassChanged");
        step.Problem.Message.ShouldStartWith("spec.storage.spool.storageClassName is fast, but PersistentVolumeClaim post/spool-mail-0 has slow");
    }

    [Fact]
    public void Reclaim_Delete_adds_the_server_to_the_owners_and_Retain_takes_it_away()
    {
        var claim = Claim("spool-mail-0", "9Gi", Other);

        ClaimRules.Decide(Server(reclaim: "Delete"), claim)!.Owners.ShouldBe([Other, Own]);
        ClaimRules.Decide(Server(reclaim: "Retain"), claim)!.Owners.ShouldBeNull();
        ClaimRules.Decide(Server(reclaim: "Delete"), Claim("spool-mail-0", "9Gi", Other, Own))!.Owners.ShouldBeNull();
        ClaimRules.Decide(Server(reclaim: "Retain"), Claim("spool-mail-0", "9Gi", Other, Own))!.Owners.ShouldBe([Other]);
    }

    private static CyrusServer Server(string? storageClass = null, string reclaim = "Retain") => Make.Server(spec => spec with
    {
        Storage = new StorageSpec
        {
            Configuration = new VolumeSpec { Size = "5Gi" },
            Spool = new VolumeSpec { Size = "9Gi", StorageClassName = storageClass },
            Reclaim = reclaim,
        },
    });

    private static V1PersistentVolumeClaim Claim(string name, string size, params V1OwnerReference[] owners) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, Namespace = "post", OwnerReferences = owners },
        Spec = new V1PersistentVolumeClaimSpec
        {
            StorageClassName = "slow",
            Resources = new V1ResourceRequirements { Requests = new Dictionary<string, string> { ["storage"] = size } },
        },
        Status = new V1PersistentVolumeClaimStatus { Phase = "Bound" },
    };
}
