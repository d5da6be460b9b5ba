using System.Globalization;

namespace Operator.Servers.Rendering;

/// <summary>Whether two bundles fit into one Secret. Pure.</summary>
internal static class BundleSize
{
    /// <summary>The most bytes that the values of a Secret may have together (k8s.io/api core/v1: MaxSecretSize).</summary>
    public const int Limit = 1024 * 1024;

    /// <summary>What is left for all besides the bundles: how to reload, with up to 200 host names, and a key.</summary>
    public const int Reserved = 64 * 1024;

    /// <summary>The problem when the bundle that is wanted does not fit beside the one that is kept, or null.</summary>
    /// <param name="wanted">What shall be served.</param>
    /// <param name="kept">The last good one, which must stay; null when there is none or it is the same.</param>
    public static InputProblem? Check(Bundle wanted, Bundle? kept)
    {
        var (ours, theirs) = (SizeOf(wanted), kept is null || kept.Digest == wanted.Digest ? 0 : SizeOf(kept));
        return ours + theirs <= Limit - Reserved ? null : new("BundleTooLarge", string.Create(
            CultureInfo.InvariantCulture,
            $"the configuration has {ours} bytes and the last good one, which is kept beside it, {theirs}: a Secret holds {Limit} bytes, and {Reserved} of them are needed otherwise"));
    }

    private static long SizeOf(Bundle bundle) => bundle.Files.Values.Sum(static content => (long)content.Length);
}
