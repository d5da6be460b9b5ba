namespace Operator.Entities.Configuration;

/// <summary>A line that Cyrus would refuse.</summary>
/// <param name="Line">Line number, from 1.</param>
/// <param name="Message">What is wrong and what was expected; never the option's value, which may be a password.</param>
public sealed record ConfigurationError(int Line, string Message);
