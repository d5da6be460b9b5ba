namespace Operator.Reloader.Processes;

/// <summary>
/// Sockets known to be no TCP, of which a worker has some beside its client's. What a socket is never changes, and to read the table of all TCP
/// sockets costs milliseconds (the kernel walks its whole hash table, tcp_ipv4.c:established_get_first), in which held workers would answer nobody.
/// Not thread-safe.
/// </summary>
internal sealed class OtherSockets
{
    private const int ListenDescriptor = 4; // master/service.h: LISTEN_FD

    private readonly HashSet<long> _known = [];
    private readonly TcpTable _table = new();

    /// <summary>Forgets all: inode numbers are used again some day.</summary>
    public void Clear() => _known.Clear();

    /// <summary>Looks at the sockets of some workers in advance.</summary>
    public void Learn(ProcFs proc, IEnumerable<Worker> workers)
    {
        var sockets = new List<long>();
        foreach (var worker in workers)
            proc.ListSockets(worker.Pid, ListenDescriptor, sockets);
        _ = Read(proc, [.. sockets]);
    }

    /// <summary>Takes away those that are known to be no TCP.</summary>
    public void RemoveFrom(List<long> sockets) => sockets.RemoveAll(_known.Contains);

    /// <summary>Reads the table for some sockets, and remembers which of them are not in it.</summary>
    public TcpTable Read(ProcFs proc, HashSet<long> sockets)
    {
        _table.Read(proc, sockets);
        foreach (var socket in sockets)
        {
            if (!_table.Contains(socket))
                _known.Add(socket);
        }
        return _table;
    }
}
