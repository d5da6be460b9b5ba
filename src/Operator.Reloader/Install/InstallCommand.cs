using Operator.Reloader.Native;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Install;

/// <summary>
/// <c>cyrus-reloader install</c>: puts this executable and the guard where the other containers of the pod find them. Runs in the reloader's own
/// image; everything else runs from there in the Cyrus image.
/// </summary>
internal static class InstallCommand
{
    /// <summary>File name of the executable.</summary>
    public const string Executable = "cyrus-reloader";

    /// <summary>File name of the guard.</summary>
    public const string Guard = "guard.sh";

    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Copies both.</summary>
    public static void Run(ReloaderOptions options)
    {
        Directory.CreateDirectory(options.Tools);
        var own = Environment.ProcessPath ?? throw new IOException("The path of this executable is not known.");
        Put(Path.Combine(options.Tools, Executable), file =>
        {
            using var source = File.OpenRead(own);
            source.CopyTo(file);
        });
        Put(Path.Combine(options.Tools, Guard), file =>
        {
            using var source = typeof(InstallCommand).Assembly.GetManifestResourceStream(Guard)
                ?? throw new IOException("The guard is not in this executable.");
            source.CopyTo(file);
        });
    }

    // By rename: an executable that runs cannot be overwritten.
    private static void Put(string path, Action<Stream> write)
    {
        var unfinished = path + ".tmp";
        using (var file = File.Create(unfinished))
            write(file);
        File.SetUnixFileMode(unfinished, Mode);
        Libc.ReplaceByRename(unfinished, path);
    }
}
