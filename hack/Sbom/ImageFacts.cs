using System.Globalization;
using System.Security.Cryptography;

namespace Sbom;

/// <summary>An image, and what is known of it beforehand.</summary>
internal sealed record ImageFacts
{
    /// <summary>Its name, without registry and tag.</summary>
    public required string Name { get; init; }

    /// <summary>The project's version, which is the program's, too.</summary>
    public required string Version { get; init; }

    /// <summary>The project's licence, an SPDX expression.</summary>
    public required string License { get; init; }

    /// <summary>When the list was made, as far as anybody can tell: the same inputs give the same list.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>File name of the archive.</summary>
    public required string Archive { get; init; }

    /// <summary>SHA-256 of the archive in hexadecimal.</summary>
    public required string ArchiveDigest { get; init; }

    /// <summary>The program of ours that is in the image.</summary>
    public required Component Program { get; init; }

    /// <summary>Reads the command line's options and the files that they name.</summary>
    /// <exception cref="ArgumentException">An option is missing or is none.</exception>
    public static ImageFacts From(IReadOnlyDictionary<string, string> options) => new()
    {
        Name = options["name"],
        Version = options["version"],
        License = options["license"],
        Created = DateTimeOffset.FromUnixTimeSeconds(long.Parse(options["created"], CultureInfo.InvariantCulture)),
        Archive = Path.GetFileName(options["archive"]),
        ArchiveDigest = Digest(options["archive"]),
        Program = new Component
        {
            Name = Path.GetFileName(options["program"]),
            Version = options["version"],
            License = options["license"],
            Checksum = ("SHA256", Digest(Path.Combine(options["root"], options["program"]))),
        },
    };

    private static string Digest(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
