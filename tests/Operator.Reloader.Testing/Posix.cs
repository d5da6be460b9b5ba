using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

namespace Operator.Reloader.Testing;

/// <summary>Signals to processes that a test or a bench started, and who owns its files.</summary>
internal static partial class Posix
{
    public const int Hangup = 1;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Send(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Own(string path, uint user, uint group);

    /// <summary>Gives a file away.</summary>
    /// <exception cref="IOException">It may not.</exception>
    public static void Give(string path, uint user, uint group)
    {
        if (Own(path, user, group) != 0)
            throw new IOException($"chown({path}, {user}, {group}) failed.");
    }

    /// <summary>The numbers of the user cyrus.</summary>
    public static async Task<(uint User, uint Group)> CyrusUserAsync(CancellationToken cancellationToken)
    {
        var users = await File.ReadAllLinesAsync("/etc/passwd", cancellationToken);
        var fields = users.Single(entry => entry.StartsWith("cyrus:", StringComparison.Ordinal)).Split(':');
        return (uint.Parse(fields[2], CultureInfo.InvariantCulture), uint.Parse(fields[3], CultureInfo.InvariantCulture));
    }
}
