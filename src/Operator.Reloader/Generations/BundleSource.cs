using System.Globalization;
using Operator.Entities.Contract;

namespace Operator.Reloader.Generations;

/// <summary>What the mounted volume holds at one time.</summary>
/// <param name="Desired">The digest that the pod's annotation asks for; null while there is none.</param>
/// <param name="Nudge">The number of that request; 0 while there is none.</param>
/// <param name="Settings">How to reload.</param>
/// <param name="Current">The files of the current bundle; empty when there are none.</param>
/// <param name="LastGood">The files of the last good bundle; empty when there are none.</param>
internal sealed record MountedBundles(
    string? Desired,
    long Nudge,
    ReloadSettings Settings,
    IReadOnlyDictionary<string, byte[]> Current,
    IReadOnlyDictionary<string, byte[]> LastGood)
{
    /// <summary>Digest of <see cref="Current"/>; null when it is empty.</summary>
    public string? Digest { get; } = Current.Count == 0 ? null : BundleDigest.Compute(Current);
}

/// <summary>Reads the projected volume.</summary>
internal sealed class BundleSource(string mount)
{
    private const string DataLink = "..data"; // kubelet's atomic writer swaps this link, so all files change at once

    /// <summary>
    /// Reads one consistent snapshot, or says why it cannot be read now. Both causes pass by themselves: kubelet gives the new files to
    /// the pod's group only after it swapped the link (pkg/volume/projected: SetUpAt), and it removes the old directory after the swap.
    /// </summary>
    public MountedBundles? TryRead(out string? obstacle)
    {
        try
        {
            obstacle = null;
            return Read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            obstacle = error.Message;
            return null;
        }
    }

    /// <summary>Reads one consistent snapshot: the link is resolved once.</summary>
    /// <exception cref="IOException">The volume is not there or changed during the read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public MountedBundles Read()
    {
        var directory = ResolveLink();
        var files = new List<KeyValuePair<string, byte[]>>();
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            var name = Path.GetFileName(file);
            if (IsBundled(name))
                files.Add(new(name, File.ReadAllBytes(file)));
        }
        return new MountedBundles(
            ReadWord(directory, PodPaths.DesiredFile),
            long.TryParse(ReadWord(directory, PodPaths.NudgeFile), CultureInfo.InvariantCulture, out var nudge) ? nudge : 0,
            ReadSettings(directory),
            BundleFiles.Take(files, BundleFiles.CurrentPrefix),
            BundleFiles.Take(files, BundleFiles.LastGoodPrefix));
    }

    /// <summary>The server's report key; null while none is mounted or it cannot be read.</summary>
    public ReportKey? TryReadReportKey()
    {
        try
        {
            return ReportKey.Parse(File.ReadAllBytes(Path.Combine(ResolveLink(), BundleFiles.ReportKey)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>How to reload; null while it cannot be read.</summary>
    public ReloadSettings? TryReadSettings()
    {
        try
        {
            return ReadSettings(ResolveLink());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string ResolveLink() =>
        new DirectoryInfo(Path.Combine(mount, DataLink)).LinkTarget is { } target ? Path.Combine(mount, target) : mount;

    private static ReloadSettings ReadSettings(string directory)
    {
        var path = Path.Combine(directory, BundleFiles.Settings);
        return File.Exists(path) ? ReloadSettings.FromJson(File.ReadAllBytes(path)) : new ReloadSettings();
    }

    private static string? ReadWord(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } word ? word : null;
    }

    private static bool IsBundled(string name) =>
        IsBundled(name, BundleFiles.CurrentPrefix) || IsBundled(name, BundleFiles.LastGoodPrefix);

    // "current.." would name the generation's own directory.
    private static bool IsBundled(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name[prefix.Length..] is not ("" or "." or "..");
}
