namespace Sbom;

/// <summary>One thing that is in an image.</summary>
internal sealed record Component
{
    /// <summary>As its package manager calls it.</summary>
    public required string Name { get; init; }

    /// <summary>As its package manager writes it.</summary>
    public required string Version { get; init; }

    /// <summary>The package's address in the form of the purl specification; null for what comes from no package manager.</summary>
    public string? PackageUrl { get; init; }

    /// <summary>An SPDX licence expression; null if none is known.</summary>
    public string? License { get; init; }

    /// <summary>Who made it, as SPDX writes it (<c>Organization: ...</c>); null if that is not known.</summary>
    public string? Supplier { get; init; }

    /// <summary>The source package and its version, where the component was built from one.</summary>
    public string? Source { get; init; }

    /// <summary>The algorithm, in SPDX's spelling, and the digest in hexadecimal.</summary>
    public (string Algorithm, string Value)? Checksum { get; init; }
}
