using System.Text.Json.Nodes;

namespace Operator.Servers.Children;

/// <summary>Where a field is.</summary>
/// <param name="Text">For people, such as <c>spec.ports[imap].port</c>.</param>
/// <param name="Members">The names from the root down to the field, or to the first list on the way.</param>
internal sealed record DriftPath(string Text, IReadOnlyList<string> Members);

/// <summary>Which fields an apply has changed. Paths only, never values.</summary>
internal static class Drift
{
    // What the API server writes by itself.
    private static readonly string[] OfServer = ["resourceVersion", "generation", "managedFields", "uid", "creationTimestamp", "selfLink"];

    /// <summary>The fields in which an object differs from what it was before, but for its status.</summary>
    public static IReadOnlyList<DriftPath> Between(JsonObject before, JsonObject after)
    {
        var paths = new List<DriftPath>();
        Compare(before, after, new DriftPath("", []), isInList: false, paths);
        return paths;
    }

    private static void Compare(JsonObject before, JsonObject after, DriftPath at, bool isInList, List<DriftPath> paths)
    {
        foreach (var name in before.Concat(after).Select(static member => member.Key).Distinct(StringComparer.Ordinal))
        {
            if (IsOfServer(name, at.Members))
                continue;
            var path = new DriftPath(Join(at.Text, name), isInList ? at.Members : [.. at.Members, name]);
            Compare(before[name], after[name], path, isInList, paths);
        }
    }

    private static void Compare(JsonNode? before, JsonNode? after, DriftPath at, bool isInList, List<DriftPath> paths)
    {
        if (JsonNode.DeepEquals(before, after))
            return;
        if (before is JsonObject oldMembers && after is JsonObject newMembers)
            Compare(oldMembers, newMembers, at, isInList, paths);
        else if (before is JsonArray oldItems && after is JsonArray newItems && ByName(oldItems) is { } old && ByName(newItems) is { } now)
            Compare(old, now, at, paths);
        else
            paths.Add(at);
    }

    private static void Compare(Dictionary<string, JsonNode> before, Dictionary<string, JsonNode> after, DriftPath list, List<DriftPath> paths)
    {
        var count = paths.Count;
        foreach (var name in before.Keys.Union(after.Keys))
        {
            var path = list with { Text = $"{list.Text}[{name}]" };
            Compare(before.GetValueOrDefault(name), after.GetValueOrDefault(name), path, isInList: true, paths);
        }
        if (paths.Count == count)
            paths.Add(list); // the same items in another order
    }

    /// <summary>The items of a list that tells them apart by name, as containers, ports and volumes are; null for any other list.</summary>
    private static Dictionary<string, JsonNode>? ByName(JsonArray items)
    {
        var named = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item is not JsonObject { } members || members["name"]?.GetValue<string>() is not { } name || !named.TryAdd(name, members))
                return null;
        }
        return named;
    }

    private static bool IsOfServer(string name, IReadOnlyList<string> parents) =>
        parents.Count == 0 ? name == "status" : parents is ["metadata"] && OfServer.Contains(name);

    /// <summary>A name with dots or slashes, as labels have it, stands in brackets.</summary>
    private static string Join(string parent, string name) =>
        name.AsSpan().ContainsAny('.', '/') ? $"{parent}[{name}]" : parent.Length == 0 ? name : $"{parent}.{name}";
}
