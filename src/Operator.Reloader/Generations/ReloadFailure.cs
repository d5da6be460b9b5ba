namespace Operator.Reloader.Generations;

/// <summary>
/// A generation was refused or could not be served. The message goes into the report, so it never quotes a file's content; only Cyrus may, in an
/// error of its own, and then without what is from a Secret where that is known (<see cref="Operator.Entities.Configuration.SecretValues"/>).
/// </summary>
/// <param name="reason">CamelCase word for the report.</param>
/// <param name="message">A sentence with file and line where there is one.</param>
internal sealed class ReloadFailure(string reason, string message) : Exception(message)
{
    /// <summary>Whether it may succeed by itself later: then the generation is tried again instead of being refused.</summary>
    public bool IsTransient { get; init; }

    /// <summary>CamelCase word for the report.</summary>
    public string Reason { get; } = reason;
}
