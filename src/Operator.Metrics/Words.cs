namespace Operator.Metrics;

/// <summary>Words as label values have them.</summary>
public static class Words
{
    /// <summary>A CamelCase word in lower case: <c>awaiting_quiet</c>.</summary>
    public static string Snake(string camel) =>
        string.Concat(camel.Select(static (letter, at) => char.IsUpper(letter) ? $"{(at == 0 ? "" : "_")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
