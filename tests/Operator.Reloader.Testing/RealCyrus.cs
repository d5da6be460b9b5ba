using System.Diagnostics;
using System.Globalization;
using System.Text;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Processes;
using Operator.Testing.Mail;

namespace Operator.Reloader.Testing;

/// <summary>
/// A real Cyrus master and the built cyrus-reloader, both as the user cyrus, in a temporary directory: what a mail pod is, without Kubernetes.
/// </summary>
internal sealed class RealCyrus : IAsyncDisposable
{
    public const string User = "alice";
    public const string Password = "wonderland";

    // The published, trimmed executable can be tested too: make it known by this variable.
    private static readonly string Reloader = CyrusRoot.Host(
        Environment.GetEnvironmentVariable("CYRUS_RELOADER_EXECUTABLE") ?? Path.Combine(AppContext.BaseDirectory, "cyrus-reloader"));

    private readonly ProcFs proc = new("/proc");
    private readonly ReportKey reportKey = ReportKey.Create();
    private readonly ReportReader reports;
    private int snapshot;
    private MemoryVolume? volume;
    private Child? master;
    private Child? engine;

    private RealCyrus(CyrusLayout layout) => (Layout, reports) = (layout, new ReportReader(layout.ReportPort, reportKey));

    public CyrusLayout Layout { get; }

    /// <summary>The bundle that was staged at the start.</summary>
    public Bundle? First { get; private set; }

    public string StateFile => Path.Combine(Layout.Run, "reload-state.json");

    public string HeldFile => Path.Combine(Layout.Run, "held");

    /// <summary>The workers that are held at the moment.</summary>
    public IReadOnlyList<int> Held() => File.Exists(HeldFile) ? [.. File.ReadAllLines(HeldFile).Select(int.Parse)] : [];

    public bool IsStopped(int pid) => proc.TryStat(pid, out var stat) && stat.IsStopped;

    public string EngineLog => engine?.Output ?? "";

    /// <summary>Makes the directories and the user; nothing runs yet.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="volumeMegabytes">Size of a memory-backed volume for the run directory, as in a pod; 0 for a plain directory.</param>
    public static async Task<RealCyrus> CreateAsync(CancellationToken cancellationToken, int volumeMegabytes = 0)
    {
        CyrusRoot.Require();
        var root = Directory.CreateTempSubdirectory("cyrus-reloader-").FullName;
        var cyrus = new RealCyrus(new CyrusLayout(root));
        var (user, group) = await Posix.CyrusUserAsync(cancellationToken);
        var layout = cyrus.Layout;
        foreach (var directory in (string[])[root, layout.Run, layout.Mount, layout.ConfigDirectory, layout.Spool, layout.Tools])
        {
            Directory.CreateDirectory(directory);
            if (directory == layout.Run && volumeMegabytes > 0)
                cyrus.volume = MemoryVolume.Mount(layout.Run, volumeMegabytes);
            Posix.Give(directory, user, group);
        }
        var password = await Child.RunAsync(
            cyrus.Layout.Environment, cancellationToken,
            "sh", "-c", $"echo {Password} | saslpasswd2 -p -c -f {cyrus.Layout.SaslDatabase} -u cyrus.test {User}");
        password.RequireSuccess();
        return cyrus;
    }

    /// <summary>A server as an administrator runs it: a master on files that are put in place by hand, and nobody to look after it.</summary>
    public static async Task<RealCyrus> StartAloneAsync(Func<Bundle, Bundle> shape, CancellationToken cancellationToken)
    {
        var cyrus = await CreateAsync(cancellationToken);
        try
        {
            cyrus.First = shape(cyrus.NewBundle());
            cyrus.Publish(cyrus.First);
            var staged = await cyrus.StageAsync(cancellationToken);
            staged.RequireSuccess();
            cyrus.StartMaster();
            return cyrus;
        }
        catch
        {
            await cyrus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts files in place by hand, checked by nobody.</summary>
    public async Task PutAsync(IReadOnlyDictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        var store = new GenerationStore(Path.Combine(Layout.Run, "config"), Layout.ConfigDirectory);
        var digest = BundleDigest.Compute(files);
        store.Stage(files, digest);
        var (user, group) = await Posix.CyrusUserAsync(cancellationToken);
        foreach (var path in Directory.EnumerateFileSystemEntries(store.PathOf(digest)).Append(store.PathOf(digest)))
            Posix.Give(path, user, group);
        store.Flip(digest);
    }

    /// <summary>SIGHUP to the master.</summary>
    public void HangUpMaster() => SignalMaster(Posix.Hangup);

    /// <summary>SIGTERM to the master, as when its container is stopped.</summary>
    public void TerminateMaster() => SignalMaster(Posix.Terminate);

    /// <summary>Whether the master has ended.</summary>
    public bool MasterIsGone => master!.HasExited;

    /// <summary>Publishes a first bundle, stages it and starts master and engine; returns when the report says Healthy.</summary>
    public static async Task<RealCyrus> StartAsync(
        CancellationToken cancellationToken,
        Func<Bundle, Bundle>? shape = null,
        int volumeMegabytes = 0,
        string? masterPreamble = null,
        ReloadSettings? settings = null,
        TimeSpan? limit = null,
        params (string Name, string Value)[] environment)
    {
        var cyrus = await CreateAsync(cancellationToken, volumeMegabytes);
        try
        {
            cyrus.Settings = settings ?? cyrus.Settings;
            cyrus.reports.Limit = limit ?? cyrus.reports.Limit;
            var bundle = cyrus.First = shape is null ? cyrus.NewBundle() : shape(cyrus.NewBundle());
            cyrus.Publish(bundle);
            var staged = await cyrus.StageAsync(cancellationToken);
            staged.RequireSuccess();
            cyrus.StartMaster(masterPreamble);
            cyrus.StartEngine(environment);
            await cyrus.WaitForHealthyAsync(bundle, cancellationToken);
            return cyrus;
        }
        catch
        {
            await cyrus.DisposeAsync();
            throw;
        }
    }

    /// <summary>The first bundle with a new certificate.</summary>
    public Bundle NewBundle()
    {
        var certificate = TestCertificate.Create(TimeProvider.System.GetUtcNow());
        return First is null ? new Bundle(Layout, certificate) : First with { Certificate = certificate };
    }

    /// <summary>Published with every bundle from now on.</summary>
    public ReloadSettings Settings { get; set; } = new();

    /// <summary>The number of the last request.</summary>
    public long Nudge => snapshot;

    /// <summary>Swaps the mounted volume as kubelet does it: a new directory, then the link by rename.</summary>
    public void Publish(Bundle bundle, Bundle? lastGood = null)
    {
        var number = (++snapshot).ToString(CultureInfo.InvariantCulture);
        var name = "..snapshot_" + number;
        var directory = Path.Combine(Layout.Mount, name);
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, PodPaths.DesiredFile), bundle.Digest);
        File.WriteAllText(Path.Combine(directory, PodPaths.NudgeFile), number);
        File.WriteAllBytes(Path.Combine(directory, BundleFiles.Settings), Settings.ToJson());
        File.WriteAllBytes(Path.Combine(directory, BundleFiles.ReportKey), reportKey.ToText());
        foreach (var (file, content) in bundle.Files)
            File.WriteAllBytes(Path.Combine(directory, BundleFiles.CurrentPrefix + file), content);
        foreach (var (file, content) in lastGood?.Files ?? new Dictionary<string, byte[]>())
            File.WriteAllBytes(Path.Combine(directory, BundleFiles.LastGoodPrefix + file), content);
        var link = Path.Combine(Layout.Mount, "..data_tmp");
        File.CreateSymbolicLink(link, name);
        Operator.Reloader.Native.Libc.ReplaceByRename(link, Path.Combine(Layout.Mount, "..data"));
    }

    public Task<Child> StageAsync(CancellationToken cancellationToken) => Child.RunAsync(Layout.Environment, cancellationToken, Reloader, "stage");

    /// <summary>What kubelet runs before it ends the pod.</summary>
    public Child StartDrain() => Child.Start(Layout.Environment, Reloader, "drain");

    public string MasterLog => master?.Output ?? "";

    /// <summary>Starts the master; a shell may do something before it becomes the master, for example set a variable.</summary>
    public void StartMaster(string? preamble = null) => master = Child.Start(
        Layout.Environment,
        "/bin/sh", "-c", $"{PreloadLibrary.Preamble(Layout)}; {preamble ?? ":"}; exec \"$@\"", "sh",
        "/usr/lib/cyrus/bin/master",
        "-C", Layout.Current + "/imapd.conf", "-M", Layout.Current + "/cyrus.conf", "-p", Layout.PidFile);

    /// <summary>Starts the engine under its guard.</summary>
    public void StartEngine(params (string Name, string Value)[] environment) => StartEngineUnder([], environment);

    /// <summary>The same, each time with another program that starts it.</summary>
    public void StartEngineUnder(IReadOnlyList<string> starter, params (string Name, string Value)[] environment)
    {
        var guard = Path.Combine(Layout.Tools, "guard.sh");
        using (var source = typeof(Operator.Reloader.Install.InstallCommand).Assembly.GetManifestResourceStream("guard.sh")!)
        using (var target = File.Create(guard))
            source.CopyTo(target);
        var variables = Layout.Environment;
        foreach (var (name, value) in environment)
            variables[name] = value;
        engine = Child.Start(variables, ["sh", guard, .. starter, Reloader, "run"]);
    }

    /// <summary>Ends the master and whatever it leaves behind.</summary>
    public async Task StopMasterAsync()
    {
        if (master is null)
            return;
        await master.StopAsync();
        // Whoever lost the master, now or when a fault killed it.
        var pids = new List<int>();
        proc.ListPids(pids);
        foreach (var pid in pids.Where(IsMine))
            _ = Posix.Send(pid, Posix.Kill);
        master.Dispose();
        master = null;
    }

    public async Task StopEngineAsync()
    {
        if (engine is not null)
            await engine.StopAsync();
        engine?.Dispose();
        engine = null;
    }

    /// <summary>Resident memory of the engine: all of it, and what is its own.</summary>
    public string EngineMemory() =>
        string.Join(' ', File.ReadLines($"/proc/{EnginePid()}/status").Where(static line => line.Split(':')[0] is "VmRSS" or "RssAnon"));

    /// <summary>The workers as the product's own scanner sees them; none when no master runs.</summary>
    public IReadOnlyList<Worker> Workers() => Scan().Workers;

    /// <summary>The children of the master as the product's own scanner sees them.</summary>
    public WorkerScan Scan()
    {
        using var scanner = new WorkerScanner(proc);
        return MasterProcess.Find(proc, Layout.PidFile) is { } found ? scanner.Scan(found) : new WorkerScan();
    }

    public async Task<ReloadReport> WaitForHealthyAsync(Bundle bundle, CancellationToken cancellationToken) =>
        await WaitForAsync(report => report.IsHealthyFor(bundle.Digest) && report.Nudge == Nudge, cancellationToken);

    /// <summary>Follows the report by long polls, as the operator does, until it shows what is wanted; fails at the limit.</summary>
    public Task<ReloadReport> WaitForAsync(Func<ReloadReport, bool> wanted, CancellationToken cancellationToken) =>
        reports.WaitForAsync(wanted, () => $"{string.Join('\n', Workers())}\n{EngineLog}", cancellationToken);

    /// <summary>Waits for something that happens by itself within a moment; fails after 5 s.</summary>
    public Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken) =>
        UntilAsync(() => Task.FromResult(condition()), cancellationToken);

    /// <inheritdoc cref="UntilAsync(Func{bool}, CancellationToken)"/>
    public async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(5))
                throw new TimeoutException($"It did not happen.\n{string.Join('\n', Workers())}\n{EngineLog}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }
    }

    public Task<ReloadReport> ReportAsync(CancellationToken cancellationToken) => reports.ReadAsync(known: null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        reports.Dispose();
        await StopEngineAsync();
        await StopMasterAsync();
        volume?.Dispose();
        Directory.Delete(Layout.Root, recursive: true);
    }

    /// <summary>Every program of a test server is started with a path below its root.</summary>
    private bool IsMine(int pid) =>
        pid != engine?.Pid
        && proc.TryStat(pid, out var stat) && !stat.IsGone
        && Encoding.UTF8.GetString(proc.CommandLine(pid)).Contains(Layout.Root + "/", StringComparison.Ordinal)
        && Path.GetFileName(proc.Executable(pid)) != "cyrus-reloader";

    /// <summary>The engine, not its guard; null when none runs at the moment.</summary>
    public int? EnginePid()
    {
        var pids = new List<int>();
        proc.ListPids(pids);
        var found = pids.Find(pid => proc.TryStat(pid, out var stat) && stat.Parent == engine!.Pid && Path.GetFileName(proc.Executable(pid)) == "cyrus-reloader");
        return found == 0 ? null : found;
    }

    private void SignalMaster(int signal)
    {
        if (Posix.Send(master!.Pid, signal) != 0)
            throw new InvalidOperationException("The master is gone.");
    }
}
