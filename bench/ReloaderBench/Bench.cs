using System.Diagnostics;
using Operator.Entities.Contract;
using Operator.Reloader.Processes;
using Operator.Reloader.Testing;
using Report;

namespace ReloaderBench;

/// <summary>Takes all figures of one number of workers.</summary>
internal sealed class Bench(Scale scale, TextWriter progress, TimeProvider time)
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(3);
    private const int LimitSeconds = 300;
    private const int LearningScans = 20;

    /// <summary>Starts a server with so many idle workers and its sidecar, and measures.</summary>
    public async Task<Result> RunAsync(int workers, CancellationToken stop)
    {
        await Say($"{workers} workers: starting", stop);
        await using var cyrus = await RealCyrus.StartAsync(
            stop, bundle => Shape(bundle, workers), settings: new ReloadSettings { ConvergeTimeoutSeconds = LimitSeconds }, limit: TimeSpan.FromSeconds(LimitSeconds));
        await WaitForIdleAsync(cyrus, workers, stop);
        var pid = cyrus.EnginePid() ?? throw new InvalidOperationException($"No sidecar runs.\n{cyrus.EngineLog}");
        var meter = new ProcessMeter(pid);
        var reloads = await ReloadsAsync(cyrus, workers, meter, stop);
        await Say($"{workers} workers: idle", stop);
        var (idle, shell) = await IdleAsync(cyrus, meter, stop);
        var probed = await ProbedAsync(cyrus, meter, stop);
        await Say($"{workers} workers: scans", stop);
        return new Result { Workers = workers, Idle = idle, Shell = shell, Probed = probed, Scan = Scans(cyrus), Reloads = reloads };
    }

    /// <summary>The workers shared out over five services.</summary>
    private static Bundle Shape(Bundle bundle, int workers)
    {
        var each = (workers - 2) / 3; // lmtp and sieve have one
        return bundle with { Prefork = each, PreforkImaps = workers - 2 - (2 * each), MaxChild = workers + 100, MaxChildPop3 = workers + 100 };
    }

    private async Task WaitForIdleAsync(RealCyrus cyrus, int workers, CancellationToken stop)
    {
        while (cyrus.Workers().Count(static worker => worker.State == WorkerState.Idle) < workers)
            await Task.Delay(s_beat * 5, time, stop);
        await Task.Delay(s_settling, time, stop);
    }

    private async Task<IReadOnlyList<ReloadCost>> ReloadsAsync(RealCyrus cyrus, int workers, ProcessMeter meter, CancellationToken stop)
    {
        var reloads = new List<ReloadCost>();
        for (var number = 1; number <= scale.Reloads; number++)
        {
            await Say($"{workers} workers: reload {number} of {scale.Reloads}", stop);
            reloads.Add(await ReloadAsync(cyrus, meter, stop));
            await WaitForIdleAsync(cyrus, workers, stop);
        }
        return reloads;
    }

    private async Task<ReloadCost> ReloadAsync(RealCyrus cyrus, ProcessMeter meter, CancellationToken stop)
    {
        var bundle = cyrus.NewBundle();
        var (cpu, since) = (meter.Cpu(), time.GetTimestamp());
        cyrus.Publish(bundle);
        var healthy = cyrus.WaitForHealthyAsync(bundle, stop);
        double rss = 0, anonymous = 0;
        while (!healthy.IsCompleted)
        {
            (rss, anonymous) = (Math.Max(rss, meter.Rss()), Math.Max(anonymous, meter.Anonymous()));
            await Task.WhenAny(healthy, Task.Delay(s_beat, time, stop));
        }
        var report = await healthy;
        return new ReloadCost(time.GetElapsedTime(since).TotalSeconds, report.PhaseSeconds, rss, anonymous, (meter.Cpu() - cpu).TotalSeconds);
    }

    private async Task<(Cost Sidecar, Cost Shell)> IdleAsync(RealCyrus cyrus, ProcessMeter meter, CancellationToken stop)
    {
        await using var shell = ShellLoop.Start(cyrus.Layout);
        await Task.Delay(s_settling, time, stop);
        var (cpu, sleeps) = (shell.Meter.CpuWithChildren(), shell.Meter.Sleeps());
        var idle = await WatchAsync(meter, stop);
        var (rss, anonymous) = shell.Memory();
        return (idle, new Cost(
            rss, anonymous, (shell.Meter.CpuWithChildren() - cpu) / scale.Idle * 1000, shell.Meter.WakeUpsSince(sleeps) / scale.Idle.TotalSeconds));
    }

    /// <summary>As in a cluster: the probe of the StatefulSet, and Prometheus.</summary>
    private async Task<Cost> ProbedAsync(RealCyrus cyrus, ProcessMeter meter, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{cyrus.Layout.ReportPort}") };
        var asking = Task.WhenAll(
            AskAsync(http, PodPaths.ReadyPath, TimeSpan.FromSeconds(2), end.Token),
            AskAsync(http, "/metrics", TimeSpan.FromSeconds(30), end.Token));
        var cost = await WatchAsync(meter, stop);
        await end.CancelAsync();
        await asking;
        return cost;
    }

    private async Task AskAsync(HttpClient http, string path, TimeSpan each, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await http.GetStringAsync(new Uri(path, UriKind.Relative), stop);
                await Task.Delay(each, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Enough was seen.
        }
    }

    private async Task<Cost> WatchAsync(ProcessMeter meter, CancellationToken stop)
    {
        var (cpu, sleeps, since) = (meter.Cpu(), meter.Sleeps(), time.GetTimestamp());
        await Task.Delay(scale.Idle, time, stop);
        var took = time.GetElapsedTime(since);
        return new Cost(meter.Rss(), meter.Anonymous(), (meter.Cpu() - cpu) / took * 1000, meter.WakeUpsSince(sleeps) / took.TotalSeconds);
    }

    private ScanCost Scans(RealCyrus cyrus)
    {
        var proc = new ProcFs("/proc");
        var master = MasterProcess.Find(proc, cyrus.Layout.PidFile)!;
        var first = new Percentiles([.. Enumerable.Range(0, LearningScans).Select(_ => FirstScan(proc, master))]);
        using var scanner = new WorkerScanner(proc);
        scanner.Scan(master);
        var before = GC.GetAllocatedBytesForCurrentThread();
        double[] times = new double[scale.Scans];
        for (var index = 0; index < times.Length; index++)
            times[index] = Milliseconds(() => scanner.Scan(master));
        var bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / times.Length;
        var pids = new List<int>();
        proc.ListPids(pids);
        return new ScanCost(first, new Percentiles(times), bytes, pids.Count);
    }

    private static double FirstScan(ProcFs proc, MasterProcess master)
    {
        using var scanner = new WorkerScanner(proc);
        return Milliseconds(() => scanner.Scan(master));
    }

    private static double Milliseconds(Action action)
    {
        var since = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
    }

    private Task Say(string what, CancellationToken stop) => progress.WriteLineAsync($"       {what}".AsMemory(), stop);
}
