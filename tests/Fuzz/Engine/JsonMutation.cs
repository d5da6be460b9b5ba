using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fuzz.Engine;

/// <summary>Changes one value of a JSON text and leaves it JSON: what random bytes hardly ever do.</summary>
internal static class JsonMutation
{
    private static readonly string[] Values =
    [
        "null", "[]", "{}", "[null]", "true", "0", "-1", "1e999", "1.5", "2147483647", "2147483648", "-2147483648", "9223372036854775807", "99999999999999999999", "\"\"", "\"x\"", "\"not a word\\n\"",
        "\"\\u0000\"", "\"../../etc/shadow\"", "\"9999-12-31T23:59:59.9999999-14:00\"", "\"0001-01-01T00:00:00Z\"", "\"" + Canary.Text + "\"", "\"" + new string('a', 70_000) + "\"", "[[[[[[[[[[[[]]]]]]]]]]]]",
    ];

    /// <summary>Changes one of the lines; the input itself when that is no JSON.</summary>
    public static byte[] Mutate(byte[] input, Random random)
    {
        var lines = Mutator.Lines(input);
        if (lines.Count == 0)
            return input;
        var index = random.Next(lines.Count);
        try
        {
            if (JsonNode.Parse(lines[index]) is not { } root)
                return input;
            var holder = new JsonArray(root);
            Change([.. Nodes(root)], random);
            lines[index] = Encoding.UTF8.GetBytes((holder[0]?.ToJsonString() ?? "null") + "\n");
            return [.. lines.SelectMany(static line => line)];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return input; // no JSON, or a name twice
        }
    }

    private static void Change(List<JsonNode> nodes, Random random)
    {
        var node = nodes[random.Next(nodes.Count)];
        var other = random.Next(3) == 0 ? nodes[random.Next(nodes.Count)].DeepClone() : JsonNode.Parse(Values[random.Next(Values.Length)]);
        switch ((random.Next(4), node))
        {
            case (0, JsonArray list):
                list.Insert(random.Next(list.Count + 1), other);
                break;
            case (0, JsonObject map) when map.Count > 0:
                map.RemoveAt(random.Next(map.Count));
                break;
            case (1, JsonObject map) when map.Count > 0:
                map[map.GetAt(random.Next(map.Count)).Key] = other;
                break;
            default:
                Replace(node, other);
                break;
        }
    }

    private static void Replace(JsonNode node, JsonNode? other)
    {
        if (node.Parent is JsonArray list)
            list[list.IndexOf(node)] = other;
        else if (node.Parent is JsonObject map)
            map[node.GetPropertyName()] = other;
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject map => map.Where(static one => one.Value is not null).SelectMany(static one => Nodes(one.Value!)).Prepend(node),
        JsonArray list => list.Where(static one => one is not null).SelectMany(static one => Nodes(one!)).Prepend(node),
        _ => [node],
    };
}
