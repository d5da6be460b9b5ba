using System.Buffers.Text;

namespace Operator.Reloader.Processes;

/// <summary>What /proc/PID/stat says of a process.</summary>
/// <param name="State">R, S, D, T (stopped), Z ...</param>
/// <param name="Parent">Parent's pid.</param>
/// <param name="Start">Field 22: start since boot in USER_HZ (1/100 s); with the pid it names a process for ever.</param>
internal readonly record struct ProcessStat(char State, int Parent, long Start)
{
    /// <summary>Whether the process is stopped by a signal.</summary>
    public bool IsStopped => State is 'T';

    /// <summary>Whether the process has ended and only waits to be reaped.</summary>
    public bool IsGone => State is 'Z' or 'X';
}

/// <summary>Parsers of the kernel's text (proc(5)); pure, on bytes, without allocation.</summary>
internal static class ProcText
{
    /// <summary>Parses /proc/PID/stat. The command may contain spaces and parentheses, so counting starts at the last ')'.</summary>
    public static bool TryStat(ReadOnlySpan<byte> text, out ProcessStat stat)
    {
        stat = default;
        var end = text.LastIndexOf((byte)')');
        if (end < 0 || text.Length < end + 4)
            return false;
        var rest = text[(end + 2)..];
        var state = (char)rest[0];
        if (!TryField(rest, 1, out var parent) || !TryField(rest, 19, out var start))
            return false;
        stat = new ProcessStat(state, (int)parent, start);
        return true;
    }

    /// <summary>Whether /proc/PID/status has SIGHUP (bit 0) in SigCgt: the process has a handler for it.</summary>
    public static bool CatchesHangup(ReadOnlySpan<byte> status)
    {
        var at = status.IndexOf("\nSigCgt:\t"u8);
        if (at < 0)
            return false;
        var value = status[(at + 9)..];
        var end = value.IndexOf((byte)'\n');
        value = end < 0 ? value : value[..end];
        return value.Length > 0 && Utf8Parser.TryParse(value[^1..], out byte lowest, out _, 'x') && (lowest & 1) == 1;
    }

    /// <summary>Whether /proc/PID/status counts more than one thread.</summary>
    public static bool HasThreads(ReadOnlySpan<byte> status)
    {
        var at = status.IndexOf("\nThreads:\t"u8);
        return at >= 0 && Utf8Parser.TryParse(status[(at + 10)..], out int threads, out _) && threads > 1;
    }

    /// <summary>The value of a variable in /proc/PID/environ; empty with false when there is none.</summary>
    public static bool TryVariable(ReadOnlySpan<byte> environ, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (var range in environ.Split((byte)0))
        {
            var entry = environ[range];
            if (entry.Length <= name.Length || entry[name.Length] != (byte)'=' || !entry.StartsWith(name))
                continue;
            value = entry[(name.Length + 1)..];
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>The inode in a descriptor's link "socket:[123]"; 0 when it is no socket.</summary>
    public static long SocketInode(ReadOnlySpan<byte> link) =>
        link.StartsWith("socket:["u8) && Utf8Parser.TryParse(link[8..], out long inode, out _) ? inode : 0;

    /// <summary>
    /// Parses one line of /proc/net/tcp or tcp6: local port (field 2, hexadecimal after the colon) and inode (field 10).
    /// </summary>
    public static bool TryTcpLine(ReadOnlySpan<byte> line, out int localPort, out long inode)
    {
        localPort = 0;
        inode = 0;
        line = line.TrimStart((byte)' ');
        var local = Field(line, 1);
        var colon = local.IndexOf((byte)':');
        return colon > 0
            && Utf8Parser.TryParse(local[(colon + 1)..], out localPort, out _, 'x')
            && TryField(line, 9, out inode);
    }

    private static bool TryField(ReadOnlySpan<byte> text, int index, out long value) =>
        Utf8Parser.TryParse(Field(text, index), out value, out _);

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> text, int index)
    {
        for (; index > 0; index--)
        {
            var blank = text.IndexOf((byte)' ');
            if (blank < 0)
                return default;
            text = text[blank..].TrimStart((byte)' ');
        }
        var end = text.IndexOfAny((byte)' ', (byte)'\n');
        return end < 0 ? text : text[..end];
    }
}
