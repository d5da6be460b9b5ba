using MailLoad;
using Operator.Testing.Cluster;

namespace Chaos.Strikes;

/// <summary>What strikes processes: of the operator, of the pod, of the cluster.</summary>
internal static class ProcessStrikes
{
    /// <summary>Programs as /proc/PID/comm has them.</summary>
    public const string OperatorProgram = "cyrus-operator", Sidecar = "cyrus-reloader", Master = "cyrmaster";

    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(5);

    /// <summary>kill -9 of the operator, wherever it runs.</summary>
    public static Task KillOperatorAsync()
    {
        Kill(Processes.InPods(OperatorProgram));
        return Task.CompletedTask;
    }

    /// <summary>kill -9 of a program in the mail pod.</summary>
    public static Task KillInPodAsync(Field field, string program, CancellationToken stop) => InPodAsync(field, pod => Kill(pod.Running(program)), stop);

    /// <summary>kill -9 of one worker.</summary>
    public static Task KillWorkerAsync(Field field, bool isIdle, Random random, CancellationToken stop) => InPodAsync(field, pod =>
    {
        int[] candidates = [.. pod.Workers().Where(worker => worker.IsIdle == isIdle).Select(static worker => worker.Pid)];
        if (candidates.Length > 0)
            Kill([candidates[random.Next(candidates.Length)]]);
    }, stop);

    /// <summary>kill -9 of a part of the cluster, which is started again a while later.</summary>
    public static async Task KillComponentAsync(string name, Random random, CancellationToken stop)
    {
        if (Processes.OfComponent(name) is { } pid)
            Kill([pid]);
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 10)), TimeProvider.System, stop);
        await Field.RepairClusterAsync(stop);
    }

    /// <summary>It stands still for some seconds.</summary>
    public static async Task StallAsync(string name, CancellationToken stop)
    {
        if (Processes.OfComponent(name) is not { } pid)
            return;
        Processes.Signal(pid, Processes.SigStop);
        try
        {
            await Task.Delay(Stall, TimeProvider.System, stop);
        }
        finally
        {
            Processes.Signal(pid, Processes.SigContinue);
        }
    }

    /// <summary>A process reads another time of day for some seconds, by a minute up to half an hour, in which certificates are replaced.</summary>
    public static async Task StepClockAsync(Field field, int? process, Random random, CancellationToken stop)
    {
        var by = TimeSpan.FromSeconds(random.Next(60, 1800) * (random.Next(2) == 0 ? 1 : -1));
        using (process is { } pid ? TryStep(pid, by) : null)
        {
            await field.RotateAsync(stop);
            await Task.Delay(Stall, TimeProvider.System, stop);
        }
        await field.RotateAsync(stop);
    }

    /// <summary>The container of a process may have no more memory, in the middle of a rotation.</summary>
    public static async Task SqueezeAsync(Field field, int? process, CancellationToken stop)
    {
        if (process is not { } pid)
            return;
        using (TrySqueeze(pid))
        {
            await field.RotateAsync(stop);
            for (var left = Stall; left > TimeSpan.Zero && Directory.Exists($"/proc/{pid}"); left -= PodOnNode.Beat)
                await Task.Delay(PodOnNode.Beat, TimeProvider.System, stop);
        }
    }

    /// <summary>The operator; null when it does not run just now.</summary>
    public static int? Operator() => Processes.InPods(OperatorProgram) is [var pid, ..] ? pid : null;

    /// <summary>The sidecar of the first pod; null when it does not run just now.</summary>
    public static async Task<int?> SidecarAsync(Field field, CancellationToken stop) =>
        await field.PodAsync(stop) is { } pod && pod.Running(Sidecar) is [var pid, ..] ? pid : null;

    /// <summary>Nothing can be written to the sidecar's volume any more, neither by it nor by Cyrus, whose lock files are there: they are made already.</summary>
    public static async Task FillAsync(Field field, CancellationToken stop)
    {
        if (await field.PodAsync(stop) is not { } pod)
            return;
        var volume = pod.Volume("kubernetes.io~empty-dir/run");
        var drive = new DriveInfo(volume);
        await Tool.RunAsync("mount", null, stop, "-o", $"remount,size={drive.TotalSize - drive.TotalFreeSpace}", volume);
        try
        {
            await field.RotateAsync(stop);
            await Task.Delay(Stall, TimeProvider.System, stop);
        }
        finally
        {
            await Tool.RunAsync("mount", null, CancellationToken.None, "-o", "remount,size=50%", volume);
        }
    }

    private static SteppedClock? TryStep(int pid, TimeSpan by)
    {
        try
        {
            return SteppedClock.Step(pid, by);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it has just ended
        }
    }

    private static MemoryLimit? TrySqueeze(int pid)
    {
        try
        {
            return MemoryLimit.Squeeze(pid);
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    private static void Kill(IEnumerable<int> pids)
    {
        foreach (var pid in pids)
            Processes.Signal(pid, Processes.SigKill);
    }

    private static async Task InPodAsync(Field field, Action<PodOnNode> strike, CancellationToken stop)
    {
        if (await field.PodAsync(stop) is { } pod)
            strike(pod);
    }
}
