namespace Fuzz.Engine;

/// <summary>
/// Stands for a secret in corpora and mutations: it must not come out of a parser in a message. None of the formats' names can hold it, so it is a value
/// wherever it stands as a whole.
/// </summary>
internal static class Canary
{
    /// <summary>The text.</summary>
    public const string Text = "Zm9/+canary=";

    /// <summary>Fails when a message tells the secret.</summary>
    public static void ShouldNotBeIn(string? message)
    {
        if (message?.Contains(Text, StringComparison.Ordinal) == true)
            throw new InvariantException($"the secret is told: {message}");
    }
}

/// <summary>What must hold for every input does not hold for this one.</summary>
/// <param name="message">What.</param>
internal sealed class InvariantException(string message) : Exception(message)
{
    /// <summary>Fails unless it holds.</summary>
    public static void Unless(bool holds, string what)
    {
        if (!holds)
            throw new InvariantException(what);
    }
}
