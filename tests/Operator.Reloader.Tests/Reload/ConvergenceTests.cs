using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Logging;
using Operator.Reloader.Processes;
using Operator.Reloader.Reload;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;
using Operator.Reloader.Signals;
using Operator.Reloader.Tests.Processes;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reload;

/// <summary>Looks at workers that nobody has to signal, on a /proc of plain files.</summary>
public sealed class ConvergenceTests : IDisposable
{
    private const int Worker = 201;

    private readonly TemporaryDirectory run = new();
    private readonly FakeProc processes = new();
    private readonly WorkerScanner scanner;
    private readonly Activation activation;
    private readonly Convergence convergence;
    private readonly MasterProcess master = new(FakeProc.MasterPid, Start: 10, "master"u8.ToArray(), Stdin: 0);

    public ConvergenceTests()
    {
        var options = new ReloaderOptions { Run = run.Path };
        var time = new ManualTimeProvider();
        var proc = new ProcFs(processes.Path);
        var held = new HeldFile(options.HeldFile);
        var store = new GenerationStore(options.Generations, "/var/lib/cyrus");
        scanner = new WorkerScanner(proc);
        var gate = new QuietGate(proc, scanner, new SessionNotes(options.SessionNotes), held, time);
        activation = new Activation(options, store, new ServiceBinaryCopies(options.ServiceBinaries, "/nowhere"), proc, scanner, gate);
        var daemons = new DaemonReplacer(proc, new JsonLog(Stream.Null, time), time);
        convergence = new Convergence(proc, scanner, new WorkerReplacer(proc, held, new Waves(proc, store, time), time), daemons, new ReportBoard(time), time);
        run.Write("bin/imapd", "program");
        processes.WriteWorker(Worker, start: 20, "imap");
        processes.LinkProgram(Worker, run["bin/imapd"]);
        activation.Flip(Stage(store), master);
    }

    public void Dispose()
    {
        scanner.Dispose();
        processes.Dispose();
        run.Dispose();
    }

    /// <summary>Between the look and the seal it may have come back, and may accept once more.</summary>
    [Fact]
    public void One_that_was_in_a_session_before_the_seal_is_looked_at_once_more()
    {
        processes.LinkStdin(Worker, "socket:[11]");

        var first = convergence.Look(master, activation);
        activation.State.Sealed.ShouldBeTrue();
        var second = convergence.Look(master, activation);

        (first.IsConverged, second.IsConverged).ShouldBe((false, true));
    }

    [Fact]
    public void Nothing_is_sealed_while_an_old_one_is_starting()
    {
        processes.WriteStatus(Worker, catches: false);

        convergence.Look(master, activation).IsConverged.ShouldBeFalse();

        activation.State.Sealed.ShouldBeFalse();
        File.Exists(run["keep-waiting"]).ShouldBeTrue();
    }

    private static string Stage(GenerationStore store)
    {
        var files = new Dictionary<string, byte[]> { [BundleFiles.ImapdConf] = "a: b\n"u8.ToArray(), [BundleFiles.CyrusConf] = "START {\n}\n"u8.ToArray() };
        var digest = BundleDigest.Compute(files);
        store.Stage(files, digest);
        return digest;
    }
}
