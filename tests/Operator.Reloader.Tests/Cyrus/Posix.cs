using System.Runtime.InteropServices;
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]
// Real servers and a real clock: one test at a time, or they would disturb each other's timing on a small machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>Signals to processes that a test started.</summary>
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
}
