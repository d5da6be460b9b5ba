using Operator.Kubernetes.Api;
using Operator.Kubernetes.Informers;

namespace Operator.Kubernetes.Tests.Informers;

public sealed class StoreTests
{
    private readonly Store<V1ConfigMap> store = new();

    [Fact]
    public void Readers_see_the_old_set_until_the_relist_is_complete()
    {
        Fill(Map("a", "1"));

        store.BeginList();
        store.AddPage([Map("b", "2")]);
        store.List().Single().Metadata.Name.ShouldBe("a");
        store.EndList();

        store.List().Single().Metadata.Name.ShouldBe("b");
    }

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
    public void A_relist_that_was_left_unfinished_leaves_nothing_behind()
    {
        store.BeginList();
        store.AddPage([Map("half", "1")]);

        Fill(Map("a", "1"));

        store.List().Single().Metadata.Name.ShouldBe("a");
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

    private static V1ConfigMap Map(string name, string version, string value = "") => new()
    {
        Metadata = new V1ObjectMeta { Namespace = "ns", Name = name, ResourceVersion = version },
        Data = new Dictionary<string, string> { ["value"] = value },
    };

    private IReadOnlyList<InformerEvent<V1ConfigMap>> Fill(params V1ConfigMap[] maps)
    {
        store.BeginList();
        store.AddPage(maps);
        return store.EndList();
    }

    private IEnumerable<string?> Names(string value) => store.ByIndex("data", value).Select(map => map.Metadata.Name);
}
