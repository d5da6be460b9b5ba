using System.Text.RegularExpressions;

namespace Operator.Entities.Tls;

/// <summary>Whether a certificate covers a host name, by the rules that its clients apply (RFC 6125, 6.4). Pure.</summary>
public static partial class HostNames
{
    private const string Wildcard = "*.";

    /// <summary>Whether the text is a DNS name, or one with a wildcard for its first label.</summary>
    public static bool IsName(string text) => text.Length <= 254 && Name().IsMatch(text);

    /// <summary>The first of the <paramref name="wanted"/> names that none of the <paramref name="presented"/> ones covers, or null.</summary>
    public static string? FirstUncovered(IEnumerable<string> wanted, IReadOnlyCollection<string> presented) =>
        wanted.FirstOrDefault(name => !presented.Any(one => Covers(one, name)));

    /// <summary>
    /// Letter case and a dot at the end do not count. A wildcard stands for exactly one label, the first, and only whole and above a domain of two
    /// labels or more, which is what OpenSSL and browsers grant.
    /// </summary>
    public static bool Covers(string presented, string wanted)
    {
        var (pattern, name) = (presented.TrimEnd('.'), wanted.TrimEnd('.'));
        if (pattern.Equals(name, StringComparison.OrdinalIgnoreCase))
            return true;
        if (!pattern.StartsWith(Wildcard, StringComparison.Ordinal) || name.StartsWith(Wildcard, StringComparison.Ordinal))
            return false;
        var domain = pattern[1..];
        var label = name.IndexOf('.', StringComparison.Ordinal);
        return label > 0
            && domain.IndexOf('.', 1) > 0 && !domain.Contains('*', StringComparison.Ordinal)
            && name.AsSpan(label).Equals(domain, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"^(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)*[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.?\z")]
    private static partial Regex Name();
}
