using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Native;
using Operator.Reloader.Processes;
using Operator.Reloader.Reports;
using Operator.Reloader.Signals;

namespace Operator.Reloader.Drain;

/// <summary>
/// Sends old sessions away, when the settings say so. First by Cyrus' own means: the list of denied users, one for each generation, which imapd reads
/// before each command and at each poll of an IDLE, pop3d before each command and httpd before each request; they then say goodbye with
/// our words (imap/userdeny_db.c:userdeny). Who does not hear that is ended with SIGTERM. Not thread-safe.
/// </summary>
internal sealed class OldSessions(GenerationStore store, SessionNotes notes, ProcFs proc, ReportBoard board, TimeProvider time)
{
    private readonly Dictionary<(int Pid, long Start), long> _dueSince = [];
    private readonly HashSet<(int Pid, long Start)> _told = [];
    private readonly HashSet<(int Pid, long Start)> _ended = [];
    private readonly Dictionary<string, SortedSet<string>> _denied = [];
    private long _epoch;

    /// <summary>Looks once.</summary>
    public void Tend(IReadOnlyList<Worker> workers, ReloadState state, ReloadSettings settings)
    {
        if (_epoch != state.Epoch)
            Forget(state.Epoch);
        foreach (var due in DrainRules.Due(workers, state, settings, Libc.BootTicks()))
        {
            var key = (due.Worker.Pid, due.Worker.Start);
            _dueSince.TryAdd(key, time.GetTimestamp());
            if (time.GetElapsedTime(_dueSince[key]) >= TimeSpan.FromSeconds(settings.DisconnectGraceSeconds))
                End(due.Worker, key);
            else if (due.Told is { } digest && notes.UserOf(due.Worker) is { } user && Deny(digest, user))
                _told.Add(key);
        }
        var counts = new DisconnectedSessions(_told.Count, _ended.Count);
        if (board.Latest.Disconnected != counts)
            board.Update(report => report with { Disconnected = counts });
    }

    private void Forget(long epoch)
    {
        _epoch = epoch;
        _dueSince.Clear();
        _told.Clear();
        _ended.Clear();
        _denied.Clear(); // a generation that is active again begins with nobody denied
    }

    private bool Deny(string digest, string user)
    {
        if (!_denied.TryGetValue(digest, out var users))
            _denied[digest] = users = new SortedSet<string>(StringComparer.Ordinal);
        if (users.Add(user))
            store.DenyUsers(digest, users);
        return true;
    }

    private void End(Worker worker, (int Pid, long Start) key)
    {
        if (_ended.Contains(key))
            return;
        using var handle = PidHandle.Open(proc, worker.Pid, worker.Start);
        if (handle?.Send(Signal.Terminate) == true)
            _ended.Add(key);
    }
}
