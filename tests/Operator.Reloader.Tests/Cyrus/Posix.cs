using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]
// Real servers and a real clock: one test at a time, or they would disturb each other's timing on a small machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Signals to processes that a test started, and who owns its files.</summary>
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
    public static partial int Own(string path, uint user, uint group);

    /// <summary>The numbers of the user cyrus.</summary>
    public static async Task<(uint User, uint Group)> CyrusUserAsync(CancellationToken cancellationToken)
    {
        var users = await File.ReadAllLinesAsync("/etc/passwd", cancellationToken);
        var fields = users.Single(entry => entry.StartsWith("cyrus:", StringComparison.Ordinal)).Split(':');
        return (uint.Parse(fields[2], CultureInfo.InvariantCulture), uint.Parse(fields[3], CultureInfo.InvariantCulture));
    }
}
