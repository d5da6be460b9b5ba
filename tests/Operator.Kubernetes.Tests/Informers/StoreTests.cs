using Operator.Kubernetes.Api;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.Informers;

public sealed class StoreTests
{
    private readonly Store<V1ConfigMap> store = new();

    [Fact]
    public void A_relist_tells_what_is_new_what_has_changed_and_what_is_gone()
    {
        Fill(Map("same", "1"), Map("changed", "2"), Map("gone", "3"));

        var changes = Fill(Map("same", "1"), Map("changed", "4"), Map("new", "5"));

        changes.Select(one => (one.Type, one.Object.Metadata.Name)).ShouldBe(
            [(InformerEventType.Modified, "changed"), (InformerEventType.Added, "new"), (InformerEventType.Deleted, "gone")],
            ignoreOrder: true);
    }

    [Fact]
    public void A_relist_of_one_namespace_says_nothing_of_another()
    {
        Fill(Map("a", "1"), Map("gone", "1"), Map("a", "1", space: "other"));

        store.TakeOver("ns", ByKey(Map("a", "2"))).Count.ShouldBe(2);

        store.List().Select(static map => (map.Metadata.Namespace, map.Metadata.Name, map.Metadata.ResourceVersion)).ShouldBe(
            [("ns", "a", "2"), ("other", "a", "1")], ignoreOrder: true);
    }

    [Fact]
    public void The_same_version_again_is_no_change()
    {
        Fill(Map("a", "1"));

        store.Apply(Map("a", "1")).ShouldBeNull();
        store.Apply(Map("a", "2"))!.Value.Previous!.Metadata.ResourceVersion.ShouldBe("1");
    }

    [Fact]
    public void Deleting_tells_what_was_there_and_is_nothing_when_it_was_not()
    {
        Fill(Map("a", "1"));

        store.Delete(Map("a", "2"))!.Value.Type.ShouldBe(InformerEventType.Deleted);
        store.Delete(Map("a", "2")).ShouldBeNull();
        store.List().ShouldBeEmpty();
    }

    [Fact]
    public void A_list_that_was_handed_out_never_changes()
    {
        Fill(Map("a", "1"));
        var before = store.List();

        store.Apply(Map("b", "2"));

        before.Count.ShouldBe(1);
        store.List().Count.ShouldBe(2);
    }

    [Fact]
    public void An_index_follows_each_change()
    {
        store.AddIndex("data", map => map.Data?.Values ?? []);
        Fill(Map("a", "1", "red"), Map("b", "2", "red"), Map("c", "3", "blue"));
        Names("red").ShouldBe(["a", "b"], ignoreOrder: true);

        store.Apply(Map("a", "4", "blue"));
        store.Delete(Map("b", "5", "red"));

        Names("red").ShouldBeEmpty();
        Names("blue").ShouldBe(["a", "c"], ignoreOrder: true);
        Fill(Map("d", "6", "red"));
        Names("blue").ShouldBeEmpty();
        Names("red").ShouldBe(["d"]);
    }

    [Fact]
    public void An_unknown_index_is_an_error()
    {
        Should.Throw<ArgumentException>(() => store.ByIndex("none", "")).Message.ShouldContain("'none'");
    }

    private static V1ConfigMap Map(string name, string version, string value = "", string space = "ns") => new()
    {
        Metadata = new V1ObjectMeta { Namespace = space, Name = name, ResourceVersion = version },
        Data = new Dictionary<string, string> { ["value"] = value },
    };

    private IReadOnlyList<InformerEvent<V1ConfigMap>> Fill(params V1ConfigMap[] maps) => store.TakeOver(null, ByKey(maps));

    private static Dictionary<ObjectKey, V1ConfigMap> ByKey(params V1ConfigMap[] maps) => maps.ToDictionary(static map => ObjectKey.Of(map));

    private IEnumerable<string?> Names(string value) => store.ByIndex("data", value).Select(map => map.Metadata.Name);
}
