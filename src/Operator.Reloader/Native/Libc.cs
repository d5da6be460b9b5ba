using System.Runtime.InteropServices;

namespace Operator.Reloader.Native;

/// <summary>The few system calls that .NET has no method for. Linux, 64 bit.</summary>
internal static unsafe partial class Libc
{
    /// <summary>USER_HZ, in which the kernel tells times to programs.</summary>
    public const int TicksPerSecond = 100;

    /// <summary>Errno of a process that is gone.</summary>
    public const int NoSuchProcess = 3;

    private const int BootClock = 7;
    private const int NanosecondsPerTick = 10_000_000;
    private const int ReadOnlyCloseOnExec = 0x80000;
    private const int PathOnlyCloseOnExec = 0x280000;
    private const int MostDescriptorsName = 4; // sysconf(_SC_OPEN_MAX), the same in glibc and musl

    // The same numbers on every architecture (they are younger than the unified table, Linux 5.1).
    private const int SysPidfdSendSignal = 424;
    private const int SysPidfdOpen = 434;

    /// <summary>Now on the clock in which /proc/PID/stat field 22 counts: CLOCK_BOOTTIME in USER_HZ (1/100 s), rounded down.</summary>
    public static long BootTicks()
    {
        Timespec now;
        if (ClockGetTime(BootClock, &now) != 0)
            throw new IOException($"clock_gettime(CLOCK_BOOTTIME) failed: errno {Marshal.GetLastPInvokeError()}.");
        return (now.Seconds * TicksPerSecond) + (now.Nanoseconds / NanosecondsPerTick);
    }

    /// <summary>pidfd_open(2): a descriptor of the process, or -1.</summary>
    public static int PidfdOpen(int pid) => (int)Syscall(SysPidfdOpen, pid, 0, 0, 0);

    /// <summary>pidfd_send_signal(2): whether the signal was sent; false also when the process is gone.</summary>
    public static bool PidfdSendSignal(int pidfd, int signal) => Syscall(SysPidfdSendSignal, pidfd, signal, 0, 0) == 0;

    /// <summary>rename(2), which replaces a symbolic link atomically; File.Move refuses one that points to a directory.</summary>
    /// <exception cref="IOException">rename(2) failed.</exception>
    public static void ReplaceByRename(string from, string to)
    {
        if (Rename(from, to) != 0)
            throw new IOException($"rename({from}, {to}) failed: errno {Marshal.GetLastPInvokeError()}.");
    }

    /// <summary>open(2) for reading; -1 when it fails. <paramref name="path"/> ends with a zero byte.</summary>
    public static int OpenRead(ReadOnlySpan<byte> path)
    {
        fixed (byte* start = path)
            return Open(start, ReadOnlyCloseOnExec);
    }

    /// <summary>open(2) of the place only (O_PATH), to read beside it; -1 when it fails. <paramref name="path"/> ends with a zero byte.</summary>
    public static int OpenPath(ReadOnlySpan<byte> path)
    {
        fixed (byte* start = path)
            return Open(start, PathOnlyCloseOnExec);
    }

    /// <summary>openat(2) for reading; -1 when it fails. <paramref name="path"/> ends with a zero byte.</summary>
    public static int OpenReadAt(int directory, ReadOnlySpan<byte> path)
    {
        fixed (byte* start = path)
            return OpenAt(directory, start, ReadOnlyCloseOnExec);
    }

    /// <summary>How many descriptors this process may have.</summary>
    public static long MostDescriptors() => SystemConfiguration(MostDescriptorsName);

    /// <summary>read(2): bytes read, 0 at the end, below 0 on an error.</summary>
    public static int Read(int descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
            return (int)Read(descriptor, start, (nuint)buffer.Length);
    }

    /// <summary>readlink(2): bytes of the target, or -1. <paramref name="path"/> ends with a zero byte.</summary>
    public static int ReadLink(ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        fixed (byte* from = path)
        fixed (byte* to = buffer)
            return (int)ReadLink(from, to, (nuint)buffer.Length);
    }

    /// <summary>readlinkat(2): bytes of the target, or -1. <paramref name="path"/> ends with a zero byte.</summary>
    public static int ReadLinkAt(int directory, ReadOnlySpan<byte> path, Span<byte> buffer)
    {
        fixed (byte* from = path)
        fixed (byte* to = buffer)
            return (int)ReadLinkAt(directory, from, to, (nuint)buffer.Length);
    }

    /// <summary>Adds the entries of a directory whose names are numbers. <paramref name="path"/> ends with a zero byte.</summary>
    /// <returns>False when the directory cannot be read (any more).</returns>
    public static bool ListNumbers(ReadOnlySpan<byte> path, List<int> numbers)
    {
        nint directory;
        fixed (byte* start = path)
            directory = OpenDirectory(start);
        if (directory == 0)
            return false;

        for (var entry = ReadDirectory(directory); entry != null; entry = ReadDirectory(directory))
        {
            if (TryNumber(entry->Name, out var number))
                numbers.Add(number);
        }
        _ = CloseDirectory(directory);
        return true;
    }

    private static bool TryNumber(byte* name, out int number)
    {
        number = 0;
        var text = name;
        for (; *text is >= (byte)'0' and <= (byte)'9'; text++)
            number = (number * 10) + (*text - '0');
        return *text == 0 && text != name;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, Timespec* time);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static partial int OpenAt(int directory, byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial nint SystemConfiguration(int name);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);

    /// <summary>close(2).</summary>
    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "readlink")]
    private static partial nint ReadLink(byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "readlinkat")]
    private static partial nint ReadLinkAt(int directory, byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "opendir")]
    private static partial nint OpenDirectory(byte* path);

    [LibraryImport("libc", EntryPoint = "readdir")]
    private static partial DirectoryEntry* ReadDirectory(nint directory);

    [LibraryImport("libc", EntryPoint = "closedir")]
    private static partial int CloseDirectory(nint directory);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct dirent of a 64-bit libc (glibc, musl).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct DirectoryEntry
    {
        public ulong Inode;
        public long Offset;
        public ushort Length;
        public byte Type;
        public fixed byte Name[256];
    }
}
