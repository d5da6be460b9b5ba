using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Processes;
using Operator.Reloader.Reload;
using Operator.Reloader.Settings;
using Operator.Reloader.Signals;
using Operator.Reloader.Tests.Processes;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reload;

/// <summary>Flips with workers in every state, on a /proc of plain files.</summary>
public sealed class ActivationTests : IDisposable
{
    private readonly TemporaryDirectory run = new();
    private readonly FakeProc processes = new();
    private readonly WorkerScanner scanner;
    private readonly GenerationStore store;
    private readonly Activation activation;
    private readonly MasterProcess master = new(FakeProc.MasterPid, Start: 10, "master"u8.ToArray(), Stdin: 0);

    public ActivationTests()
    {
        var options = new ReloaderOptions { Run = run.Path };
        var proc = new ProcFs(processes.Path);
        scanner = new WorkerScanner(proc);
        store = new GenerationStore(options.Generations, "/var/lib/cyrus");
        var binaries = new ServiceBinaryCopies(options.ServiceBinaries, "/nowhere");
        var gate = new QuietGate(proc, scanner, new SessionNotes(options.SessionNotes), new HeldFile(options.HeldFile), new ManualTimeProvider());
        activation = new Activation(options, store, binaries, proc, scanner, gate);
        run.Write("bin/imapd", "program");
        run.Write("bin/timsieved", "program");
        processes.WriteWorker(201, start: 20, "imap");
        processes.LinkProgram(201, run["bin/imapd"]);
        processes.WriteWorker(202, start: 21, "sieve");
        processes.LinkProgram(202, run["bin/timsieved"]);
    }

    public void Dispose()
    {
        scanner.Dispose();
        processes.Dispose();
        run.Dispose();
    }

    [Fact]
    public void A_flip_under_settled_workers_changes_the_mtime_once()
    {
        var (imapd, sieve) = (ModifiedAt("imapd"), ModifiedAt("timsieved"));

        activation.Flip(Stage(), master);
        File.Exists(run["keep-waiting"]).ShouldBeTrue();
        activation.Seal();

        activation.State.Sealed.ShouldBeTrue();
        File.Exists(run["keep-waiting"]).ShouldBeFalse();
        ModifiedAt("imapd").ShouldBe(imapd.AddSeconds(1));
        ModifiedAt("timsieved").ShouldBe(sieve.AddSeconds(1));
    }

    [Fact]
    public void One_that_was_starting_costs_only_the_workers_of_its_own_binary_their_lives()
    {
        processes.WriteStatus(202, catches: false);
        var (imapd, sieve) = (ModifiedAt("imapd"), ModifiedAt("timsieved"));

        activation.Flip(Stage(), master);
        activation.State.Sealed.ShouldBeFalse();
        activation.State.Unsealed.ShouldBe(["timsieved"]);
        activation.Seal();

        activation.State.Sealed.ShouldBeTrue();
        ModifiedAt("imapd").ShouldBe(imapd.AddSeconds(1));
        ModifiedAt("timsieved").ShouldBe(sieve.AddSeconds(2));
    }

    [Fact]
    public void One_that_has_not_become_its_program_yet_will_read_the_new_configuration()
    {
        processes.WriteStatus(202, catches: false);
        processes.LinkProgram(202, "/usr/lib/cyrus/bin/master");

        activation.Flip(Stage(), master);

        activation.State.Unsealed.ShouldBe([]);
    }

    [Fact]
    public void Nobody_is_kept_waiting_by_an_engine_that_died_before_its_flip()
    {
        activation.Flip(Stage(), master);
        activation.Seal();
        run.Write("keep-waiting", "");

        activation.Resume();

        File.Exists(run["keep-waiting"]).ShouldBeFalse();
    }

    [Fact]
    public void They_are_kept_waiting_still_when_it_died_after_it()
    {
        activation.Flip(Stage(), master);

        activation.Resume();

        File.Exists(run["keep-waiting"]).ShouldBeTrue();
    }

    private DateTime ModifiedAt(string name) => File.GetLastWriteTimeUtc(run["bin/" + name]);

    private string Stage()
    {
        var files = new Dictionary<string, byte[]>
        {
            [BundleFiles.ImapdConf] = "a: b\n"u8.ToArray(),
            [BundleFiles.CyrusConf] = "START {\n}\n"u8.ToArray(),
        };
        var digest = BundleDigest.Compute(files);
        store.Stage(files, digest);
        return digest;
    }
}
