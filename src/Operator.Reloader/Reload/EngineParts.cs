using Operator.Reloader.Checks;
using Operator.Reloader.Drain;
using Operator.Reloader.Generations;
using Operator.Reloader.Logging;
using Operator.Reloader.Processes;
using Operator.Reloader.Proof;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;
using Operator.Reloader.Signals;
using Operator.Reloader.Syslog;

namespace Operator.Reloader.Reload;

/// <summary>What the engine works with, put together once.</summary>
internal sealed class EngineParts
{
    /// <summary>Builds everything from the options.</summary>
    public EngineParts(ReloaderOptions options, ReportBoard board, TimeProvider time, JsonLog log)
    {
        Options = options;
        Board = board;
        Time = time;
        Proc = new ProcFs(options.Proc);
        Held = new HeldFile(options.HeldFile);
        Source = new BundleSource(options.Mount);
        Store = new GenerationStore(options.Generations, options.ConfigDirectory, options.HasVersion6 ?? IpVersions.HasVersion6(options.Proc));
        var binaries = new ServiceBinaryCopies(options.ServiceBinaries, options.ImageServiceBinaries);
        Preflight = new PreflightWorker(options.Scratch, options.PreloadLibrary, time);
        var version = new ServerVersion(Path.Combine(options.ImageServiceBinaries, "master"), time);
        var tools = new ServerTools(options.ImageServiceBinaries, options.ImapdConf, new ConfLint(options.CyrInfo, time), version, Preflight);
        Check = new GenerationCheck(Store, binaries, tools, time);
        Layout = new LayoutGuard(Store, tools.Locate("ctl_mboxlist"), time);
        var scanner = new WorkerScanner(Proc);
        var notes = new SessionNotes(options.SessionNotes);
        Activation = new Activation(options, Store, binaries, Proc, scanner, new QuietGate(Proc, scanner, notes, Held, time));
        Notice = new ShutdownNotice(options.ConfigDirectory);
        OldSessions = new OldSessions(Store, notes, Proc, board, time);
        Convergence = new Convergence(Proc, scanner, new WorkerReplacer(Proc, Held, new Waves(Proc, Store, time), time), new DaemonReplacer(Proc, log, time), board, time);
        Prover = new Prover(options.ProbeHost, new ListenerProbe(options.ProbeLimit, time));
    }

    /// <summary>Paths and limits.</summary>
    public ReloaderOptions Options { get; }

    /// <summary>The report.</summary>
    public ReportBoard Board { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>The process table.</summary>
    public ProcFs Proc { get; }

    /// <summary>Names stopped workers for the guard.</summary>
    public HeldFile Held { get; }

    /// <summary>The mounted volume.</summary>
    public BundleSource Source { get; }

    /// <summary>Staged generations.</summary>
    public GenerationStore Store { get; }

    /// <summary>Tries a worker of each service.</summary>
    public PreflightWorker Preflight { get; }

    /// <summary>Checks before a flip.</summary>
    public GenerationCheck Check { get; }

    /// <summary>Refuses what would need work on the mail.</summary>
    public LayoutGuard Layout { get; }

    /// <summary>Flip and state.</summary>
    public Activation Activation { get; }

    /// <summary>Replaces old workers.</summary>
    public Convergence Convergence { get; }

    /// <summary>Sends sessions of older generations away.</summary>
    public OldSessions OldSessions { get; }

    /// <summary>By which everybody is sent away when the pod goes.</summary>
    public ShutdownNotice Notice { get; }

    /// <summary>What Cyrus says of its errors; null where nobody listens.</summary>
    public SyslogReceiver? Syslog { get; init; }

    /// <summary>Looks at the wire.</summary>
    public Prover Prover { get; }
}
