using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Processes;
using Operator.Reloader.Reload;
using Operator.Reloader.Settings;
using Operator.Reloader.Signals;
using Operator.Reloader.Tests.Processes;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reload;

/// <summary>A generation store and an <see cref="Reloader.Reload.Activation"/> beside a master in a /proc of plain files.</summary>
internal sealed class FakePod : IDisposable
{
    public FakePod()
    {
        var options = new ReloaderOptions { Run = Run.Path };
        Proc = new ProcFs(Processes.Path);
        Scanner = new WorkerScanner(Proc);
        Held = new HeldFile(options.HeldFile);
        Store = new GenerationStore(options.Generations, "/var/lib/cyrus");
        var gate = new QuietGate(Proc, Scanner, new SessionNotes(options.SessionNotes), Held, Time);
        Activation = new Activation(options, Store, new ServiceBinaryCopies(options.ServiceBinaries, "/nowhere"), Proc, Scanner, gate);
    }

    public TemporaryDirectory Run { get; } = new();

    public FakeProc Processes { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public ProcFs Proc { get; }

    public WorkerScanner Scanner { get; }

    public HeldFile Held { get; }

    public GenerationStore Store { get; }

    public Activation Activation { get; }

    public MasterProcess Master { get; } = new(FakeProc.MasterPid, Start: 10, "master"u8.ToArray(), Stdin: 0);

    /// <summary>Whether old workers are told to wait on.</summary>
    public bool KeepsWaiting => File.Exists(Run["keep-waiting"]);

    /// <summary>An idle worker that runs the sidecar's copy of a program.</summary>
    public void AddWorker(int pid, long start, string service, string program)
    {
        Run.Write("bin/" + program, "program");
        Processes.WriteWorker(pid, start, service);
        Processes.LinkProgram(pid, Run["bin/" + program]);
    }

    /// <summary>Makes a staged generation the active one.</summary>
    public void Flip()
    {
        var files = new Dictionary<string, byte[]> { [BundleFiles.ImapdConf] = "a: b\n"u8.ToArray(), [BundleFiles.CyrusConf] = "START {\n}\n"u8.ToArray() };
        var digest = BundleDigest.Compute(files);
        Store.Stage(files, digest);
        Activation.Flip(digest, Master);
    }

    public void Dispose()
    {
        Scanner.Dispose();
        Processes.Dispose();
        Run.Dispose();
    }
}
