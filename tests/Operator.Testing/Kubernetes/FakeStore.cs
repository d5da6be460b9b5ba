using System.Globalization;
using System.Text.Json.Nodes;

namespace Operator.Testing.Kubernetes;

/// <summary>One change in the fake server's history.</summary>
internal sealed record FakeChange(long Version, string Type, FakePath Path, JsonObject Object);

/// <summary>The objects of the fake server and their history. Not synchronized.</summary>
internal sealed class FakeStore
{
    private readonly SortedDictionary<string, (FakePath Path, JsonObject Object)> objects = new(StringComparer.Ordinal);
    private readonly List<FakeChange> history = [];

    /// <summary>The version of the last change.</summary>
    public long Version { get; private set; } = 1000;

    /// <summary>History up to here is gone.</summary>
    public long Oldest { get; private set; }

    public void Compact()
    {
        Oldest = Version;
        history.Clear();
    }

    /// <summary>Lets the version grow as changes of other kinds do.</summary>
    public void Tick(int by) => Version += by;

    public JsonObject? Get(FakePath path) => objects.TryGetValue(Key(path), out var found) ? found.Object : null;

    public List<JsonObject> List(FakePath path) => [.. objects.Values.Where(one => IsIn(one.Path, path)).Select(one => one.Object)];

    public List<FakeChange> Since(FakePath path, long version) =>
        [.. history.Where(change => change.Version > version && IsIn(change.Path, path))];

    /// <summary>Creates or replaces; the same content again changes nothing.</summary>
    /// <returns>The change, or null.</returns>
    public FakeChange? Put(FakePath path, JsonObject content)
    {
        var old = Get(path);
        var next = content.DeepClone().AsObject();
        if (next["metadata"] is not JsonObject metadata)
            next["metadata"] = metadata = [];
        metadata["name"] = path.Name;
        if (path.Namespace is not null)
            metadata["namespace"] = path.Namespace;
        metadata["uid"] = old?["metadata"]?["uid"]?.DeepClone() ?? Guid.NewGuid().ToString();
        metadata["resourceVersion"] = old?["metadata"]?["resourceVersion"]?.DeepClone();
        return JsonNode.DeepEquals(old, next) ? null : Write(path, old is null ? "ADDED" : "MODIFIED", next);
    }

    public FakeChange? Delete(FakePath path)
    {
        if (Get(path) is not { } old)
            return null;
        objects.Remove(Key(path));
        return Write(path, "DELETED", old.DeepClone().AsObject());
    }

    private FakeChange Write(FakePath path, string type, JsonObject next)
    {
        Version++;
        next["metadata"]!["resourceVersion"] = Version.ToString(CultureInfo.InvariantCulture);
        if (type != "DELETED")
            objects[Key(path)] = (path, next);
        var change = new FakeChange(Version, type, path, next);
        history.Add(change);
        return change;
    }

    private static bool IsIn(FakePath one, FakePath collection) =>
        one.Collection == collection.Collection && (collection.Namespace is null || one.Namespace == collection.Namespace);

    private static string Key(FakePath path) => $"{path.Collection}/{path.Namespace}/{path.Name}";
}
