using System.Diagnostics;
using System.Globalization;

namespace Operator.Reloader.Testing;

/// <summary>A directory in memory with a size, as an emptyDir of medium Memory is in a pod.</summary>
internal sealed class MemoryVolume : IDisposable
{
    private readonly string directory;

    private MemoryVolume(string directory) => this.directory = directory;

    /// <summary>Mounts one over a directory.</summary>
    public static MemoryVolume Mount(string directory, int megabytes)
    {
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", directory);
        return new MemoryVolume(directory);
    }

    /// <inheritdoc/>
    public void Dispose() => Run("umount", directory);

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
