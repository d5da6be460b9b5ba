using System.Text.Json.Nodes;

namespace Generate.Charts;

/// <summary>One key of a chart's values.yaml.</summary>
/// <param name="Path">Its keys from the top.</param>
/// <param name="Default">What stands in the file.</param>
/// <param name="Description">The comment above it, from <c># --</c> on; null where there is none.</param>
/// <param name="Schema">The JSON of its comment <c># @schema</c>: what the default does not tell.</param>
/// <param name="Children">The keys below it, in order; none where it is described as a whole.</param>
internal sealed record ChartValue(
    IReadOnlyList<string> Path, JsonNode? Default, string? Description, JsonObject? Schema, IReadOnlyList<ChartValue> Children)
{
    /// <summary>The last key.</summary>
    public string Key => Path[^1];

    /// <summary>A map whose keys are values of their own; others are one value, whatever they hold.</summary>
    public bool IsGroup => Children.Count > 0;
}
