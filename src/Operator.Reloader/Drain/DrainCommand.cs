using System.Globalization;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Logging;
using Operator.Reloader.Processes;
using Operator.Reloader.Settings;

namespace Operator.Reloader.Drain;

/// <summary>
/// <c>cyrus-reloader drain</c>: what kubelet runs in the Cyrus container before it ends it (preStop). The pod has left its Service by then; its sessions may
/// end by themselves for a time, then Cyrus tells them to go, and when nobody is left, or the time is over, the master may hear SIGTERM,
/// which cuts them without a word. The sidecar's other processes are ended meanwhile, so this looks at everything itself.
/// </summary>
internal sealed class DrainCommand(ReloaderOptions options, TimeProvider time, JsonLog log)
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    private readonly ProcFs _proc = new(options.Proc);
    private readonly BundleSource _source = new(options.Mount);
    private readonly ShutdownNotice _notice = new(options.ConfigDirectory);
    private readonly FarewellTally _tally = new();
    private ReloadSettings _settings = new();
    private bool _isAnnounced;
    private string? _trouble;

    /// <summary>
    /// A log that is seen: kubelet throws away what a preStop writes, so it goes to the master's output where that is a pipe, as a container's is.
    /// </summary>
    public static JsonLog OpenLog(ReloaderOptions options, TimeProvider time)
    {
        var proc = new ProcFs(options.Proc);
        if (MasterProcess.Find(proc, options.MasterPidFile) is { } master && proc.IsPipe(master.Pid, 1))
        {
            try
            {
                var path = Path.Combine(options.Proc, master.Pid.ToString(CultureInfo.InvariantCulture), "fd", "1");
                return new JsonLog(new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), time);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The container's runtime keeps it to itself.
            }
        }
        return new JsonLog(Console.OpenStandardOutput(), time);
    }

    /// <summary>Runs it; takes no longer than the two times of the settings and a moment.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (MasterProcess.Find(_proc, options.MasterPidFile) is not { } master)
            return;
        using var scanner = new WorkerScanner(_proc);
        var since = time.GetTimestamp();
        long? told = null;
        while (master.IsSame(MasterProcess.Find(_proc, options.MasterPidFile)))
        {
            _settings = _source.TryReadSettings() ?? _settings;
            _tally.Look([.. scanner.Scan(master).Workers.Where(IsInSession).Select(static worker => (worker.Pid, worker.Start))]);
            var step = FarewellRules.Next(_tally.Left, time.GetElapsedTime(since), told is { } at ? time.GetElapsedTime(at) : null, _settings);
            if (step == FarewellStep.Leave)
                break;
            if (step == FarewellStep.Tell)
            {
                told ??= time.GetTimestamp();
                Tell();
            }
            else
            {
                SayOnce();
            }
            await Task.Delay(Beat, time, stop);
        }
        log.Info(
            "The sessions have been seen off.",
            ("endedThemselves", $"{_tally.EndedThemselves}"), ("told", $"{_tally.Told}"), ("cut", $"{_tally.Left}"));
    }

    private void SayOnce()
    {
        if (!_isAnnounced)
            log.Info("The pod goes; its sessions may end by themselves for a time.", ("sessions", $"{_tally.Left}"));
        _isAnnounced = true;
    }

    /// <summary>At every look: the notice must be there, whoever removed it.</summary>
    private void Tell()
    {
        _tally.Tell();
        try
        {
            _notice.Write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (_trouble != error.Message)
                log.Warn("The sessions cannot be told to go.", ("error", _trouble = error.Message));
        }
    }

    private static bool IsInSession(Worker worker) => worker.State == WorkerState.InSession || worker.HasClients;
}
