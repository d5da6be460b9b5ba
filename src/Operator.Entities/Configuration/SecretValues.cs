namespace Operator.Entities.Configuration;

/// <summary>
/// The values of an imapd.conf as the operator publishes it that are from Secrets: what Cyrus says of a configuration that it refuses may quote them, and is told to others.
/// Pure.
/// </summary>
public sealed class SecretValues
{
    /// <summary>How the comment before each text but the first begins; its origin follows.</summary>
    public const string From = "# From ";

    /// <summary>How the origin of a text begins that is a Secret's.</summary>
    public const string Secret = "Secret ";

    /// <summary>The comment before the options that the operator adds.</summary>
    public const string Managed = "# Managed by cyrus-operator.";

    private const int Shortest = 4; // "yes" or "10m" tells nothing, and is a part of many words
    private const string Hidden = "...";

    private static readonly char[] Separators = [' ', '\t', ',', ';', ':', '=', '@', '/', '"', '\'', '(', ')', '<', '>'];

    private readonly IReadOnlyList<string> values;

    private SecretValues(IReadOnlyList<string> values) => this.values = values;

    /// <summary>Finds them.</summary>
    /// <param name="imapdConf">The text.</param>
    public static SecretValues Of(string imapdConf)
    {
        var secret = SecretLines(imapdConf);
        var found = ImapdConf.Parse(imapdConf).Options.Where(option => secret.Contains(option.Line)).Select(static option => option.Value).ToList();
        // A part may be quoted by itself, such as the password in an URL.
        return new([
            .. found.Concat(found.SelectMany(static value => value.Split(Separators))).Where(static text => text.Length >= Shortest)
                .Distinct(StringComparer.Ordinal).OrderByDescending(static text => text.Length),
        ]);
    }

    /// <summary>A message without them.</summary>
    public string HideIn(string message)
    {
        foreach (var value in values)
            message = message.Replace(value, Hidden, StringComparison.OrdinalIgnoreCase);
        return message;
    }

    private static HashSet<int> SecretLines(string imapdConf)
    {
        var lines = new HashSet<int>();
        var isSecret = false;
        foreach (var line in LogicalLines.Of(imapdConf))
        {
            if (line.Text.StartsWith(From, StringComparison.Ordinal))
                isSecret = line.Text.AsSpan(From.Length).StartsWith(Secret, StringComparison.Ordinal);
            else if (line.Text == Managed)
                isSecret = false;
            else if (isSecret)
                lines.Add(line.Number);
        }
        return lines;
    }
}
