using Operator.Reloader.Processes;
using Operator.Reloader.Proof;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.BadReloads;

/// <summary>Reloads a real server with a fault, the classic way, and looks what is left of it.</summary>
internal static class ServerAlone
{
    /// <summary>Tries one fault on a server of its own.</summary>
    public static async Task<(Alone Outcome, string Detail)> TryAsync(BadReload fault, CancellationToken stop)
    {
        await using var cyrus = await RealCyrus.StartAloneAsync(static bundle => bundle with { Prefork = 1 }, stop);
        await cyrus.UntilAsync(() => MasterProcess.Find(new ProcFs("/proc"), cyrus.Layout.PidFile) is not null, stop);
        await cyrus.UntilAsync(() => cyrus.Workers() is { Count: >= 5 } workers && workers.All(static worker => worker.State == WorkerState.Idle), stop);
        var old = cyrus.Workers().Select(static worker => (worker.Pid, worker.Start)).ToHashSet();

        var context = new FaultContext(TestCertificate.Create(TimeProvider.System.GetUtcNow()), cyrus.First!.Certificate);
        var bundle = cyrus.First with { Certificate = context.Certificate, Spoil = files => fault.Spoil(files, context) };
        await cyrus.PutAsync(bundle.Files, stop);
        cyrus.HangUpMaster();
        await cyrus.UntilAsync(() => cyrus.MasterIsGone || OldAreGone(cyrus, old), stop);
        // A master that is about to exit has told its workers to go before it reads the file.
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, stop);
        if (cyrus.MasterIsGone)
            return (Alone.Dies, "");

        var lost = await LostAsync(cyrus.Layout, stop);
        var outcome = lost.Count == 0 ? Alone.ServesOn : lost.Count == cyrus.Layout.Listeners.Count ? Alone.LosesAll : Alone.LosesSome;
        return (outcome, string.Join("; ", lost));
    }

    /// <summary>The listeners that do not answer as they should, with what was seen.</summary>
    public static async Task<IReadOnlyList<string>> LostAsync(CyrusLayout layout, CancellationToken stop)
    {
        var probe = new ListenerProbe(TimeSpan.FromSeconds(2), TimeProvider.System);
        var lost = await Task.WhenAll(layout.Listeners.Select(async listener =>
        {
            try
            {
                await probe.RunAsync("127.0.0.1", listener, only: null, stop);
                return null;
            }
            catch (ProbeException error)
            {
                return $"{listener.Service}: {error.Message}";
            }
        }));
        return [.. lost.OfType<string>()];
    }

    private static bool OldAreGone(RealCyrus cyrus, HashSet<(int, long)> old)
    {
        var left = cyrus.MasterIsGone ? [] : cyrus.Workers().Where(worker => old.Contains((worker.Pid, worker.Start))).ToList();
        // A worker may have missed its wake-up, so we repeat it; but only once the master itself has begun to tell them. A worker that goes
        // before that is replaced with the old command line: the master spawns before it reads its file again (master/master.c:main).
        foreach (var worker in left.Count < old.Count ? left : [])
            _ = Posix.Send(worker.Pid, Posix.Hangup);
        return left.Count == 0;
    }
}
