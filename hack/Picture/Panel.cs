using System.Text.Json;

namespace Picture;

/// <summary>One query of a panel, with the dashboard's variables filled in.</summary>
internal sealed record PanelQuery(string Expression, string Legend);

/// <summary>A panel of the dashboard, as far as it is drawn.</summary>
internal sealed record Panel(string Kind, string Title, string Unit, bool IsStacked, int X, int Y, int Width, int Height, IReadOnlyList<PanelQuery> Queries, IReadOnlyList<string> Columns)
{
    /// <summary>Reads a dashboard.</summary>
    public static IReadOnlyList<Panel> Load(string path)
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(path));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().Select(Read)];
    }

    private static Panel Read(JsonElement panel)
    {
        var place = panel.GetProperty("gridPos");
        var defaults = panel.TryGetProperty("fieldConfig", out var fields) ? fields.GetProperty("defaults") : default;
        var isRow = defaults.ValueKind == JsonValueKind.Undefined;
        return new Panel(
            panel.GetProperty("type").GetString()!,
            panel.GetProperty("title").GetString()!,
            isRow ? "" : defaults.GetProperty("unit").GetString()!,
            !isRow && defaults.GetProperty("custom").TryGetProperty("stacking", out var stacking) && stacking.GetProperty("mode").GetString() == "normal",
            place.GetProperty("x").GetInt32(),
            place.GetProperty("y").GetInt32(),
            place.GetProperty("w").GetInt32(),
            place.GetProperty("h").GetInt32(),
            isRow ? [] : [.. panel.GetProperty("targets").EnumerateArray().Select(static one => new PanelQuery(
                Fill(one.GetProperty("expr").GetString()!), one.GetProperty("legendFormat").GetString()!))],
            [.. ColumnsOf(panel)]);
    }

    private static IEnumerable<string> ColumnsOf(JsonElement panel) => !panel.TryGetProperty("transformations", out var steps) ? [] : steps.EnumerateArray()
        .Where(static step => step.GetProperty("id").GetString() == "organize")
        .SelectMany(static step => step.GetProperty("options").GetProperty("indexByName").EnumerateObject())
        .OrderBy(static column => column.Value.GetInt32())
        .Select(static column => column.Name);

    private static string Fill(string expression) => expression
        .Replace("$namespace", ".*", StringComparison.Ordinal)
        .Replace("$name", ".*", StringComparison.Ordinal)
        .Replace("$__rate_interval", "5m", StringComparison.Ordinal)
        .Replace("$__range", "6h", StringComparison.Ordinal);
}
