using Operator.Entities.Contract;

namespace Operator.Servers.Rendering;

/// <summary>The files that one generation of a server consists of.</summary>
internal sealed record Bundle
{
    /// <summary>Makes a bundle of files and names it.</summary>
    public Bundle(IReadOnlyDictionary<string, byte[]> files)
    {
        Files = files;
        Digest = BundleDigest.Compute(files);
    }

    /// <summary>Content by file name.</summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>The digest by which it is known.</summary>
    public string Digest { get; }

    /// <summary>The bundle under a prefix of a Secret's data, or null when there is none.</summary>
    public static Bundle? From(IEnumerable<KeyValuePair<string, byte[]>> data, string prefix) =>
        BundleFiles.Take(data, prefix) is { Count: > 0 } files ? new Bundle(files) : null;
}
