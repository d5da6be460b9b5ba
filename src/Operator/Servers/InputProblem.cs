namespace Operator.Servers;

/// <summary>Something a user gave that cannot be used. What runs is left alone; the words go into the status and into an Event.</summary>
/// <param name="Reason">CamelCase word for the condition.</param>
/// <param name="Message">Names the object, the key and the line; never a secret.</param>
internal sealed record InputProblem(string Reason, string Message);
