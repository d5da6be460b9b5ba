namespace Operator.Entities.Configuration;

/// <summary>A line that Cyrus would refuse.</summary>
/// <param name="Line">Line number, from 1; the one that Cyrus itself names.</param>
/// <param name="Column">Column, from 1, on that line; for an option that spans lines, counted in the joined line.</param>
/// <param name="Message">What is wrong and what was expected; never the option's value, which may be a password.</param>
public sealed record ConfigurationError(int Line, int Column, string Message);
