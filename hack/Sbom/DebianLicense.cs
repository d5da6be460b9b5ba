namespace Sbom;

/// <summary>The licence that a machine-readable copyright file states for the whole package (Debian's copyright format 1.0).</summary>
internal static class DebianLicense
{
    // Debian's short names where SPDX has others: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-short-name
    private static readonly Dictionary<string, string> Identifiers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Apache-2.0"] = "Apache-2.0",
        ["Artistic-2.0"] = "Artistic-2.0",
        ["BSD-2-clause"] = "BSD-2-Clause",
        ["BSD-3-clause"] = "BSD-3-Clause",
        ["BSL-1.0"] = "BSL-1.0",
        ["curl"] = "curl",
        ["Expat"] = "MIT",
        ["GPL-1+"] = "GPL-1.0-or-later",
        ["GPL-2"] = "GPL-2.0-only",
        ["GPL-2+"] = "GPL-2.0-or-later",
        ["GPL-3"] = "GPL-3.0-only",
        ["GPL-3+"] = "GPL-3.0-or-later",
        ["ISC"] = "ISC",
        ["LGPL-2"] = "LGPL-2.0-only",
        ["LGPL-2+"] = "LGPL-2.0-or-later",
        ["LGPL-2.1"] = "LGPL-2.1-only",
        ["LGPL-2.1+"] = "LGPL-2.1-or-later",
        ["LGPL-3"] = "LGPL-3.0-only",
        ["LGPL-3+"] = "LGPL-3.0-or-later",
        ["MIT"] = "MIT",
        ["MPL-1.1"] = "MPL-1.1",
        ["MPL-2.0"] = "MPL-2.0",
        ["OLDAP-2.8"] = "OLDAP-2.8",
        ["PostgreSQL"] = "PostgreSQL",
        ["Zlib"] = "Zlib",
    };

    /// <summary>An SPDX expression; null if the file is not machine-readable, says nothing of the whole, or names a licence without an identifier.</summary>
    public static string? Of(string copyright)
    {
        var paragraphs = ControlFile.Paragraphs(copyright).ToList();
        if (paragraphs is not [var header, ..] || !header.ContainsKey("Format"))
            return null;
        var whole = header.ContainsKey("License")
            ? header
            : paragraphs.FirstOrDefault(static one => one.TryGetValue("Files", out var files) && files == "*");
        return whole?.GetValueOrDefault("License") is { } license ? Expression(license.Split('\n')[0].Trim()) : null;
    }

    // "A or B" and "A and B"; a mixture of both is not read, since Debian's commas give it another meaning than SPDX's parentheses.
    private static string? Expression(string license)
    {
        foreach (var word in (string[])["or", "and"])
        {
            var parts = license.Split($" {word} ");
            if (parts.Length > 1)
                return parts.Select(Identifier).ToList() is var known && known.Contains(null) ? null : string.Join($" {word.ToUpperInvariant()} ", known);
        }
        return Identifier(license);
    }

    private static string? Identifier(string name) => Identifiers.GetValueOrDefault(name.Trim().Trim(','));
}
