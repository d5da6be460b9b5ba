using System.Globalization;
using MailLoad;
using Operator.Testing.Cluster;

namespace Chaos;

/// <summary>All that goes wrong.</summary>
internal static class Faults
{
    private const string OperatorProgram = "cyrus-operator", Sidecar = "cyrus-reloader", Master = "cyrmaster";

    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(5);

    /// <summary>Each once.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("operator killed", Damage.None, static (_, _, _) => KillAsync(Processes.Named(OperatorProgram))),
        new("sidecar killed", Damage.None, static (field, _, stop) => InPodAsync(field, static pod => Kill(pod.Running(Sidecar)), stop)),
        new("idle worker killed", Damage.None, static (field, random, stop) => KillWorkerAsync(field, isIdle: true, random, stop)),
        new("worker in a session killed", Damage.OneSession, static (field, random, stop) => KillWorkerAsync(field, isIdle: false, random, stop)),
        new("master killed", Damage.AllSessions, static (field, _, stop) => InPodAsync(field, static pod => Kill(pod.Running(Master)), stop)),
        new("pod deleted", Damage.AllSessions, static (_, _, stop) => Field.KubectlAsync(stop, "delete", "pod", "mail-0", "-n", Field.Space, "--wait=false")),
        new("kubelet killed", Damage.None, static (_, random, stop) => KillComponentAsync("kubelet", random, stop)),
        new("containerd killed", Damage.None, static (_, random, stop) => KillComponentAsync("containerd", random, stop)),
        new("API server killed", Damage.None, static (_, random, stop) => KillComponentAsync("kube-apiserver", random, stop)),
        new("etcd killed", Damage.None, static (_, random, stop) => KillComponentAsync("etcd", random, stop)),
        new("API server stalled", Damage.None, static (_, _, stop) => StallAsync("kube-apiserver", stop)),
        new("volume of the sidecar full", Damage.None, FillAsync),
        new("twenty rotations in five seconds", Damage.None, BurstAsync),
        new("imapd.conf changed", Damage.None, static (field, random, stop) => field.ApplyAsync(stop, conf: Changed(random))),
        new("imapd.conf spoiled and put right", Damage.None, SpoilAsync),
        new("scaled up and down", Damage.None, ScaleAsync),
        new("paused for a while", Damage.None, PauseAsync),
        new("server deleted and made anew", Damage.AllSessions, DeleteAsync),
        new("leader deposed", Damage.None, DeposeAsync),
    ];

    private static string Changed(Random random) => string.Create(CultureInfo.InvariantCulture, $"timeout: {random.Next(30, 90)}m");

    private static Task KillAsync(IEnumerable<int> pids)
    {
        Kill(pids);
        return Task.CompletedTask;
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

    private static Task KillWorkerAsync(Field field, bool isIdle, Random random, CancellationToken stop) => InPodAsync(field, pod =>
    {
        int[] candidates = [.. pod.Workers().Where(worker => worker.IsIdle == isIdle).Select(static worker => worker.Pid)];
        if (candidates.Length > 0)
            Kill([candidates[random.Next(candidates.Length)]]);
    }, stop);

    private static async Task KillComponentAsync(string name, Random random, CancellationToken stop)
    {
        Kill([Processes.OfComponent(name)]);
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 10)), TimeProvider.System, stop);
        await Field.RepairClusterAsync(stop);
    }

    private static async Task StallAsync(string name, CancellationToken stop)
    {
        var pid = Processes.OfComponent(name);
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

    // Nothing can be written there any more, neither by the sidecar nor by Cyrus, whose lock files are there: they are made already.
    private static async Task FillAsync(Field field, Random random, CancellationToken stop)
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

    private static async Task BurstAsync(Field field, Random random, CancellationToken stop)
    {
        for (var number = 0; number < 20; number++)
        {
            await field.RotateAsync(stop);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 400)), TimeProvider.System, stop);
        }
    }

    private static async Task SpoilAsync(Field field, Random random, CancellationToken stop)
    {
        await field.ApplyAsync(stop, conf: "timeout: soon");
        await Task.Delay(Stall, TimeProvider.System, stop);
        await field.ApplyAsync(stop, conf: Changed(random));
    }

    private static async Task ScaleAsync(Field field, Random random, CancellationToken stop)
    {
        await field.ApplyAsync(stop, newSpec: "  replicas: 2");
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 15)), TimeProvider.System, stop);
        await field.ApplyAsync(stop, newSpec: "");
    }

    private static async Task PauseAsync(Field field, Random random, CancellationToken stop)
    {
        await field.ApplyAsync(stop, newSpec: "  paused: true");
        await field.RotateAsync(stop);
        await Task.Delay(TimeSpan.FromSeconds(random.Next(1, 8)), TimeProvider.System, stop);
        await field.ApplyAsync(stop, newSpec: "");
    }

    private static async Task DeleteAsync(Field field, Random random, CancellationToken stop)
    {
        await Field.KubectlAsync(stop, "delete", "cyrus", "mail", "-n", Field.Space, "--ignore-not-found", "--timeout=60s");
        await Task.Delay(TimeSpan.FromSeconds(random.Next(0, 4)), TimeProvider.System, stop); // its pod may be there still, or not
        await field.ApplyAsync(stop);
    }

    private static Task DeposeAsync(Field field, Random random, CancellationToken stop) => Field.KubectlAsync(
        stop, "patch", "lease", "cyrus-operator", "-n", Field.OperatorSpace, "--type=merge", "-p", """{"spec":{"holderIdentity":"somebody-else"} }""");
}
