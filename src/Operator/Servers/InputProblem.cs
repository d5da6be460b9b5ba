namespace Operator.Servers;

/// <summary>Something a user gave that cannot be used. What runs is left alone; the words go into the status and into an Event.</summary>
/// <param name="Reason">CamelCase word for the condition.</param>
/// <param name="Message">Names the object, the key and the line; never a secret.</param>
internal sealed record InputProblem(string Reason, string Message)
{
    private const int Longest = 2000;

    /// <summary>Names the object, the key and the line; never a secret. One line that fits into a condition, whatever is named in it.</summary>
    public string Message { get; } = InOneLine(Message);

    private static string InOneLine(string text)
    {
        var kept = text.Length <= Longest ? text : text[..Longest] + "...";
        return kept.Any(char.IsControl) ? string.Concat(kept.Select(static character => char.IsControl(character) ? ' ' : character)) : kept;
    }
}
