namespace Operator.Testing.Canaries;

/// <summary>A secret in something that the system wrote.</summary>
/// <param name="Canary">Its name.</param>
/// <param name="Form">How it is written there.</param>
/// <param name="Place">The object, container, endpoint or file.</param>
public sealed record Leak(string Canary, string Form, string Place)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Canary}, {Form}, in {Place}";
}

/// <summary>Secrets were found where none may be. The message names them, and says nothing of what they are.</summary>
/// <param name="leaks">Them.</param>
public sealed class LeakException(IReadOnlyCollection<Leak> leaks)
    : Exception($"Secrets in what the system wrote:\n  {string.Join("\n  ", leaks.Select(static leak => leak.ToString()).Order(StringComparer.Ordinal))}");
