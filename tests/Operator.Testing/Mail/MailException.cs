namespace Operator.Testing.Mail;

/// <summary>The server answered otherwise than it should.</summary>
public sealed class MailException(string message) : Exception(message);
