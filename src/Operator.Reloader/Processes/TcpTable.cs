namespace Operator.Reloader.Processes;

/// <summary>
/// Which of some sockets are TCP, and their local ports, from /proc/net/tcp and tcp6. A client that was just accepted has the
/// listening socket's local port; an outgoing connection (LDAP, SQL) of a worker has another.
/// </summary>
internal sealed class TcpTable
{
    private readonly Dictionary<long, int> _portOf = [];

    /// <summary>Reads the tables afresh and keeps the sockets that are wanted.</summary>
    public void Read(ProcFs proc, IReadOnlySet<long> wanted)
    {
        _portOf.Clear();
        Add(proc.ReadTop("net/tcp"u8), wanted);
        Add(proc.ReadTop("net/tcp6"u8), wanted);
    }

    /// <summary>Parses one table; pure.</summary>
    public void Add(ReadOnlySpan<byte> text, IReadOnlySet<long> wanted)
    {
        foreach (var range in text.Split((byte)'\n'))
        {
            if (ProcText.TryTcpLine(text[range], out var port, out var inode) && wanted.Contains(inode))
                _portOf[inode] = port;
        }
    }

    /// <summary>Whether a socket that was wanted is TCP.</summary>
    public bool Contains(long socket) => _portOf.ContainsKey(socket);

    /// <summary>
    /// Whether one of <paramref name="sockets"/> is a client of <paramref name="listening"/>. When the listener is not in the table
    /// (it was closed), any TCP socket counts: never signal in doubt.
    /// </summary>
    public bool HasClient(long listening, IReadOnlyList<long> sockets)
    {
        var isTcpListener = _portOf.TryGetValue(listening, out var port);
        foreach (var socket in sockets)
        {
            if (socket != listening && _portOf.TryGetValue(socket, out var local) && (!isTcpListener || local == port))
                return true;
        }
        return false;
    }
}
