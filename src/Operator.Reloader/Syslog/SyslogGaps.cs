namespace Operator.Reloader.Syslog;

/// <summary>Adds up what Cyrus said and nobody has heard. No I/O, no clock, no lock.</summary>
internal sealed class SyslogGaps
{
    /// <summary>How many origins are told apart; the one that was silent for longest is closed for another.</summary>
    public const int MostOrigins = 16;

    private const long Most = 1L << 60; // anybody in the pod may make up an origin, and another

    private readonly LinkedList<Origin> _origins = []; // the latest last
    private long _closedMissed;
    private long _closedLostLines;

    /// <summary>Messages that were meant for the sidecar and did not arrive. One that is late makes it smaller again.</summary>
    public long Missed => _closedMissed + _origins.Sum(origin => origin.Missed);

    /// <summary>Lines that the log has lost.</summary>
    public long LostLines => _closedLostLines + _origins.Sum(origin => origin.LostLines);

    /// <summary>A message has arrived.</summary>
    public void Arrived(SyslogCount count)
    {
        var node = _origins.First;
        while (node is not null && node.Value.Id != count.Origin)
            node = node.Next;
        if (node is not null)
            _origins.Remove(node);
        else if (_origins.Count == MostOrigins)
            CloseFirst();
        node ??= new LinkedListNode<Origin>(new Origin(count));
        node.Value.Arrived(count);
        _origins.AddLast(node);
    }

    private void CloseFirst()
    {
        _closedMissed = Math.Min(Most, _closedMissed + _origins.First!.Value.Missed);
        _closedLostLines = Math.Min(Most, _closedLostLines + _origins.First.Value.LostLines);
        _origins.RemoveFirst();
    }

    /// <summary>The messages of one origin. What came before the first is known only as far as it could not be sent: an earlier sidecar may
    /// have had the rest.</summary>
    private sealed class Origin(SyslogCount first)
    {
        private long _first = first.Number;
        private long _last = first.Number;
        private long _arrived;

        public long Id { get; } = first.Origin;

        public long LostLines { get; private set; }

        public long Missed => Math.Max(0, first.Unsent + _last - _first + 1 - _arrived);

        public void Arrived(SyslogCount count)
        {
            _arrived++;
            _first = Math.Min(_first, count.Number); // two processes may overtake each other
            _last = Math.Max(_last, count.Number);
            LostLines = Math.Max(LostLines, count.LostLines);
        }
    }
}
