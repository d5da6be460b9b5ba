using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Generate.Charts;

/// <summary>
/// Reads a values.yaml: its keys with the comments right above them. A comment <c># -- text</c> describes the key, and the lines below it go on with it;
/// <c># @schema {...}</c> adds to its JSON schema.
/// </summary>
internal static class ValuesFile
{
    private const string Described = "# -- ", Schema = "# @schema ";

    /// <summary>The keys at the top, in order.</summary>
    /// <exception cref="FormatException">A key has no description, or a comment is no JSON; the message names file and line.</exception>
    public static IReadOnlyList<ChartValue> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(string.Join('\n', lines)));
        return Values((YamlMappingNode)yaml.Documents[0].RootNode, [], lines, path);
    }

    private static IReadOnlyList<ChartValue> Values(YamlMappingNode map, IReadOnlyList<string> above, string[] lines, string file) =>
        [.. map.Children.Select(entry => Value((YamlScalarNode)entry.Key, entry.Value, above, lines, file))];

    private static ChartValue Value(YamlScalarNode key, YamlNode value, IReadOnlyList<string> above, string[] lines, string file)
    {
        IReadOnlyList<string> path = [.. above, key.Value!];
        var line = (int)key.Start.Line;
        var (description, schema) = Comment(lines, line - 2);
        var isGroup = description is null && value is YamlMappingNode { Children.Count: > 0 };
        if (description is null && !isGroup)
            throw new FormatException($"{file} line {line}: {key.Value} has no comment '{Described}'.");
        var children = isGroup ? Values((YamlMappingNode)value, path, lines, file) : [];
        try
        {
            return new ChartValue(path, Json(value), description, schema is null ? null : JsonNode.Parse(schema)!.AsObject(), children);
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new FormatException($"{file} line {line}: the comment '{Schema}' above {key.Value} is no JSON: {error.Message}", error);
        }
    }

    private static (string? Description, string? Schema) Comment(string[] lines, int last)
    {
        var first = last + 1;
        while (first > 0 && lines[first - 1].TrimStart().StartsWith('#'))
            first--;
        string? description = null, schema = null;
        foreach (var line in lines[first..(last + 1)].Select(static line => line.TrimStart()))
        {
            if (line.StartsWith(Described, StringComparison.Ordinal))
                description = line[Described.Length..];
            else if (line.StartsWith(Schema, StringComparison.Ordinal))
                schema = line[Schema.Length..];
            else if (description is not null)
                description += " " + line[1..].Trim();
        }
        return (description, schema);
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(static entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value!, Json(entry.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value!),
        _ => JsonValue.Create(((YamlScalarNode)node).Value),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
