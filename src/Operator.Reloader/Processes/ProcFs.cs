using System.Text;
using Operator.Reloader.Native;

namespace Operator.Reloader.Processes;

/// <summary>
/// Reads /proc with raw calls and reused buffers: a scan of a thousand workers makes no garbage worth a collection.
/// Not thread-safe. A process may end between two calls, so "cannot be read" is an answer, not an error.
/// </summary>
internal sealed class ProcFs(string root)
{
    private readonly byte[] _root = Encoding.UTF8.GetBytes(root);
    private readonly byte[] _path = new byte[Encoding.UTF8.GetByteCount(root) + 64];
    private readonly byte[] _link = new byte[512];
    private readonly List<int> _descriptors = [];
    private byte[] _buffer = new byte[32 * 1024];

    /// <summary>Replaces the content of <paramref name="pids"/> by the pids of all processes.</summary>
    public void ListPids(List<int> pids)
    {
        pids.Clear();
        Libc.ListNumbers(PathOf(-1, ""u8), pids);
    }

    /// <summary>/proc/PID/stat; false when the process is gone.</summary>
    public bool TryStat(int pid, out ProcessStat stat) => ProcText.TryStat(Read(pid, "stat"u8), out stat);

    /// <summary>
    /// Opens a process' directory: what is looked at through it is never another process with its pid, and cannot be read once the process has ended.
    /// </summary>
    /// <param name="pid">Process id.</param>
    /// <param name="start">When the process that is meant started.</param>
    /// <returns>A descriptor, to be given to <see cref="Close"/>; -1 when it cannot be opened or is another process.</returns>
    public int Open(int pid, long start)
    {
        var directory = Libc.OpenPath(PathOf(pid, ""u8));
        if (directory < 0)
            return -1;
        if (ProcText.TryStat(ReadAndClose(Libc.OpenReadAt(directory, "stat\0"u8)), out var stat) && stat.Start == start)
            return directory;
        Close(directory);
        return -1;
    }

    /// <summary>Closes what <see cref="Open"/> gave.</summary>
    public static void Close(int directory) => _ = Libc.Close(directory);

    /// <summary>Inode of the socket on descriptor 0, or 0, of a process that was opened; false when it cannot be read, as of one that has ended.</summary>
    public bool TrySocketOnStdin(int directory, out long inode)
    {
        var length = Libc.ReadLinkAt(directory, "fd/0\0"u8, _link);
        inode = length > 0 ? ProcText.SocketInode(_link.AsSpan(0, length)) : 0;
        return length > 0;
    }

    /// <summary>Whether the process has a handler for SIGHUP.</summary>
    public bool CatchesHangup(int pid) => ProcText.CatchesHangup(Read(pid, "status"u8));

    /// <summary>Whether the process has more than one thread.</summary>
    public bool HasThreads(int pid) => ProcText.HasThreads(Read(pid, "status"u8));

    /// <summary>The process' own view of its arguments; empty when it is gone. Valid until the next call.</summary>
    public ReadOnlySpan<byte> CommandLine(int pid) => Read(pid, "cmdline"u8);

    /// <summary>The environment given at exec. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Environment(int pid) => Read(pid, "environ"u8);

    /// <summary>Whether the process waits for a file lock (/proc/PID/wchan is fcntl_setlk).</summary>
    public bool WaitsForLock(int pid) => Read(pid, "wchan"u8).StartsWith("fcntl_setlk"u8);

    /// <summary>Whether the process sleeps in the kernel (/proc/PID/wchan names a function): every signal sent to it before has been handled.</summary>
    public bool Sleeps(int pid) => Read(pid, "wchan"u8) is [not (byte)'0', ..];

    /// <summary>The target of /proc/PID/exe; empty when it may not be read.</summary>
    public string Executable(int pid) => Encoding.UTF8.GetString(Link(PathOf(pid, "exe"u8)));

    /// <summary>Inode of the socket on a descriptor; 0 when it is no socket or cannot be read.</summary>
    public long SocketOn(int pid, int descriptor)
    {
        Span<byte> name = stackalloc byte[16];
        return ProcText.SocketInode(Link(PathOf(pid, DescriptorName(name, descriptor))));
    }

    /// <summary>Whether a descriptor is a pipe.</summary>
    public bool IsPipe(int pid, int descriptor)
    {
        Span<byte> name = stackalloc byte[16];
        return Link(PathOf(pid, DescriptorName(name, descriptor))).StartsWith("pipe:["u8);
    }

    /// <summary>Adds the inodes of all sockets of a process but the one on <paramref name="except"/>.</summary>
    /// <returns>False when the descriptors cannot be read.</returns>
    public bool ListSockets(int pid, int except, List<long> inodes)
    {
        _descriptors.Clear();
        if (!Libc.ListNumbers(PathOf(pid, "fd"u8), _descriptors))
            return false;
        foreach (var descriptor in _descriptors)
        {
            if (descriptor != except && SocketOn(pid, descriptor) is not 0 and var inode)
                inodes.Add(inode);
        }
        return true;
    }

    /// <summary>A file right under /proc, such as <c>net/tcp</c>. Valid until the next call.</summary>
    public ReadOnlySpan<byte> ReadTop(ReadOnlySpan<byte> name) => Read(-1, name);

    private static ReadOnlySpan<byte> DescriptorName(Span<byte> buffer, int descriptor)
    {
        "fd/"u8.CopyTo(buffer);
        descriptor.TryFormat(buffer[3..], out var digits);
        return buffer[..(3 + digits)];
    }

    private ReadOnlySpan<byte> Link(ReadOnlySpan<byte> path)
    {
        var length = Libc.ReadLink(path, _link);
        return length <= 0 ? default : _link.AsSpan(0, length);
    }

    private ReadOnlySpan<byte> Read(int pid, ReadOnlySpan<byte> name) => ReadAndClose(Libc.OpenRead(PathOf(pid, name)));

    private ReadOnlySpan<byte> ReadAndClose(int descriptor)
    {
        if (descriptor < 0)
            return default;
        var length = 0;
        int got;
        while ((got = Libc.Read(descriptor, _buffer.AsSpan(length))) > 0)
        {
            length += got;
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        _ = Libc.Close(descriptor);
        return _buffer.AsSpan(0, length);
    }

    /// <summary>root[/pid][/name] and a zero byte.</summary>
    private ReadOnlySpan<byte> PathOf(int pid, ReadOnlySpan<byte> name)
    {
        _root.CopyTo(_path, 0);
        var length = _root.Length;
        if (pid >= 0)
        {
            _path[length++] = (byte)'/';
            pid.TryFormat(_path.AsSpan(length), out var digits);
            length += digits;
        }
        if (name.Length > 0)
        {
            _path[length++] = (byte)'/';
            name.CopyTo(_path.AsSpan(length));
            length += name.Length;
        }
        _path[length++] = 0;
        return _path.AsSpan(0, length);
    }
}
