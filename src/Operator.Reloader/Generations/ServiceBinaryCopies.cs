using Operator.Reloader.Native;

namespace Operator.Reloader.Generations;

/// <summary>
/// Private copies of the service binaries. Before each accept a worker compares inode, size and mtime (whole seconds) of the file it was
/// started from with what it saw at start, and leaves when they differ (master/service.c:main).
/// </summary>
internal sealed class ServiceBinaryCopies(string copies, string image)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Whether a path lies in the directory of copies.</summary>
    public bool Holds(string path) => Path.GetDirectoryName(path) == copies;

    /// <summary>Copies a binary from the image unless it is there already.</summary>
    /// <returns>False when the image has none of that name.</returns>
    public bool Ensure(string path)
    {
        var source = Path.Combine(image, Path.GetFileName(path));
        if (File.Exists(path))
            return true;
        if (!File.Exists(source))
            return false;
        var unfinished = path + ".tmp";
        File.Copy(source, unfinished, overwrite: true);
        File.SetUnixFileMode(unfinished, Mode);
        Libc.ReplaceByRename(unfinished, path);
        return true;
    }

    /// <summary>
    /// Adds one second to the mtime of copies. It only ever grows, so no running worker has recorded the new value: each leaves
    /// before it would accept again.
    /// </summary>
    /// <param name="names">The copies' file names; all copies when there are none.</param>
    public void Bump(IReadOnlyList<string> names)
    {
        foreach (var path in Directory.EnumerateFiles(copies).Where(path => names.Count == 0 || names.Contains(Path.GetFileName(path))))
            File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
    }
}
