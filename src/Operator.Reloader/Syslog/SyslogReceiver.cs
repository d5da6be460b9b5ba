using System.Globalization;
using System.Net.Sockets;
using Operator.Entities.Configuration;
using Operator.Reloader.Generations;
using Operator.Reloader.Logging;

namespace Operator.Reloader.Syslog;

/// <summary>
/// Listens for Cyrus' warnings and errors, to tell why a worker failed. The log itself does not pass through here: each process writes it to the
/// container's output. So nothing depends on this; when it cannot listen, it says so once and stays empty.
/// </summary>
internal sealed class SyslogReceiver : IDisposable
{
    /// <summary>How many lines are remembered.</summary>
    public const int Capacity = 200;

    private const int LongestLine = 4096; // LINE in line.h
    private const string Master = "master";
    private const string NoPrivileges = "cannot set ";

    private readonly Lock _gate = new();
    private readonly Queue<SyslogLine> _lines = new(Capacity);
    private readonly SyslogGaps _gaps = new();
    private readonly Socket? _socket;
    private readonly JsonLog _log;
    private long _told;

    private SyslogReceiver(Socket? socket, JsonLog log)
    {
        _socket = socket;
        _log = log;
    }

    /// <summary>Messages that Cyrus had for this sidecar, or the one before it, and that did not arrive.</summary>
    public long Missed
    {
        get
        {
            lock (_gate)
                return _gaps.Missed;
        }
    }

    /// <summary>Lines that Cyrus' log has lost because nobody read them in time, as far as the last message tells.</summary>
    public long LostLines
    {
        get
        {
            lock (_gate)
                return _gaps.LostLines;
        }
    }

    /// <summary>Starts to listen; the socket that a killed sidecar left is replaced.</summary>
    public static SyslogReceiver Start(string path, JsonLog log)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            log.Warn("Cyrus' errors cannot be listened to.", ("socket", path), ("error", error.Message));
            socket?.Dispose();
            return new SyslogReceiver(null, log);
        }
        var receiver = new SyslogReceiver(socket, log);
        _ = receiver.ReceiveAsync(socket);
        return receiver;
    }

    /// <summary>The lines written at <paramref name="time"/> or later, oldest first, as far as they are remembered.</summary>
    public IReadOnlyList<SyslogLine> Since(DateTimeOffset time)
    {
        lock (_gate)
            return [.. _lines.Where(line => line.Time >= time)];
    }

    /// <summary>Adds the last error since <paramref name="time"/> to a failure that was seen from outside only.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="time">Since when.</param>
    /// <param name="secrets">What Cyrus may have quoted and nobody else may be told.</param>
    public ReloadFailure Explain(ReloadFailure failure, DateTimeOffset time, SecretValues secrets) =>
        Cause(Since(time)) is { } line
            ? new ReloadFailure(failure.Reason, $"{failure.Message} Cyrus' last error: {line.Service}: {SyslogLine.Shorten(secrets.HideIn(line.Message))}")
            {
                IsTransient = failure.IsTransient,
            }
            : failure;

    /// <summary>
    /// The last error that says why something failed: a service's own rather than the master's, which only counts its dead. Each process of a pod without
    /// privileges says that it cannot set them (lib/util.c:set_caps); that is no cause. Pure.
    /// </summary>
    public static SyslogLine? Cause(IReadOnlyList<SyslogLine> lines)
    {
        var errors = lines.Where(static line => Tells(line) && !line.Message.StartsWith(NoPrivileges, StringComparison.Ordinal)).ToList();
        return errors.LastOrDefault(static line => line.Service != Master) ?? errors.LastOrDefault();
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private async Task ReceiveAsync(Socket socket)
    {
        var buffer = new byte[LongestLine];
        try
        {
            while (true)
            {
                var length = await socket.ReceiveAsync(buffer);
                if (SyslogLine.TryParse(buffer.AsMemory(0, length), out var line))
                    Remember(line);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Disposed; or the kernel has nothing to give any more, and what was heard stays.
        }
    }

    private void Remember(SyslogLine line)
    {
        lock (_gate)
        {
            if (_lines.Count == Capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
            if (line.Count is { } count)
                _gaps.Arrived(count);
            TellLoss();
        }
    }

    /// <summary>What the master says in passing comes here only when it gives a service up (relay.c:is_for_receiver).</summary>
    private static bool Tells(SyslogLine line) => line.IsError || (line.Service == Master && (line.Level is "notice" or "info"));

    /// <summary>Each time that it has doubled: seldom enough to need no clock.</summary>
    private void TellLoss()
    {
        var (missed, lost) = (_gaps.Missed, _gaps.LostLines);
        if (missed + lost < Math.Max(1, 2 * _told))
            return;
        _told = missed + lost;
        _log.Warn("Not all that Cyrus said was heard.", ("missedHere", Text(missed)), ("lostInItsLog", Text(lost)));
    }

    private static string Text(long count) => count.ToString(CultureInfo.InvariantCulture);
}
