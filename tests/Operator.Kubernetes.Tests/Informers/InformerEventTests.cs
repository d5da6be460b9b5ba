using Operator.Kubernetes.Api;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.Informers;

/// <summary>What makes an object's own controller look at it again.</summary>
public sealed class InformerEventTests
{
    private static readonly V1ObjectMeta s_meta = new()
    {
        Name = "a",
        Uid = "u",
        Generation = 3,
        ResourceVersion = "1",
        Labels = new Dictionary<string, string> { ["a"] = "1" },
        Finalizers = ["example.com/one"],
    };

    public static TheoryData<string, object> Intents => new()
    {
        { "spec", s_meta with { Generation = 4 } },
        { "labels", s_meta with { Labels = new Dictionary<string, string> { ["a"] = "2" } } },
        { "a label more", s_meta with { Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" } } },
        { "no labels", s_meta with { Labels = null } },
        { "annotations", s_meta with { Annotations = new Dictionary<string, string> { ["b"] = "1" } } },
        { "finalizers", s_meta with { Finalizers = [] } },
        { "deletion", s_meta with { DeletionTimestamp = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero) } },
        { "a namesake", s_meta with { Uid = "v" } },
    };

    [Theory]
    [MemberData(nameof(Intents))]
    public void Spec_labels_annotations_finalizers_and_deletion_are_intent(string what, object changed)
    {
        Modified(s_meta, (V1ObjectMeta)changed).IsIntent.ShouldBeTrue(what);
    }

    [Fact]
    public void A_change_of_the_status_alone_is_none()
    {
        var same = new Dictionary<string, string> { ["a"] = "1" };

        Modified(s_meta, s_meta with { ResourceVersion = "2", Labels = same }).IsIntent.ShouldBeFalse();
        Modified(s_meta, s_meta with { ResourceVersion = "2", Annotations = new Dictionary<string, string>() }).IsIntent.ShouldBeFalse();
    }

    [Fact]
    public void What_comes_and_goes_is_intent_and_so_is_any_change_of_a_kind_without_generations()
    {
        var plain = s_meta with { Generation = null };

        new InformerEvent<V1Pod>(InformerEventType.Added, Pod(s_meta), null).IsIntent.ShouldBeTrue();
        new InformerEvent<V1Pod>(InformerEventType.Deleted, Pod(s_meta), Pod(s_meta)).IsIntent.ShouldBeTrue();
        Modified(plain, plain with { ResourceVersion = "2" }).IsIntent.ShouldBeTrue();
    }

    private static InformerEvent<V1Pod> Modified(V1ObjectMeta old, V1ObjectMeta now) =>
        new(InformerEventType.Modified, Pod(now), Pod(old));

    private static V1Pod Pod(V1ObjectMeta meta) => new() { Metadata = meta };
}
