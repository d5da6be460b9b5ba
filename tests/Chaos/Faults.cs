using Chaos.Strikes;

namespace Chaos;

/// <summary>All that goes wrong.</summary>
internal static class Faults
{
    private const string OfProcesses = "processes", OfApi = "API", OfResources = "resources", OfClocks = "clocks", OfUsers = "users";

    /// <summary>Each once.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("operator killed", OfProcesses, Damage.None, static (_, _, _) => ProcessStrikes.KillOperatorAsync()),
        new("sidecar killed", OfProcesses, Damage.None, static (field, _, stop) => ProcessStrikes.KillInPodAsync(field, ProcessStrikes.Sidecar, stop)),
        new("idle worker killed", OfProcesses, Damage.None, static (field, random, stop) => ProcessStrikes.KillWorkerAsync(field, isIdle: true, random, stop)),
        new("worker in a session killed", OfProcesses, Damage.OneSession, static (field, random, stop) => ProcessStrikes.KillWorkerAsync(field, isIdle: false, random, stop)),
        new("master killed", OfProcesses, Damage.AllSessions, static (field, _, stop) => ProcessStrikes.KillInPodAsync(field, ProcessStrikes.Master, stop)),
        new("kubelet killed", OfProcesses, Damage.None, static (_, random, stop) => ProcessStrikes.KillComponentAsync("kubelet", random, stop)),
        new("containerd killed", OfProcesses, Damage.None, static (_, random, stop) => ProcessStrikes.KillComponentAsync("containerd", random, stop)),
        new("API server killed", OfProcesses, Damage.None, static (_, random, stop) => ProcessStrikes.KillComponentAsync("kube-apiserver", random, stop)),
        new("etcd killed", OfProcesses, Damage.None, static (_, random, stop) => ProcessStrikes.KillComponentAsync("etcd", random, stop)),
        new("API server stalled", OfApi, Damage.None, static (_, _, stop) => ProcessStrikes.StallAsync("kube-apiserver", stop)),
        new("API server slow", OfApi, Damage.None, static (_, random, stop) => ApiNetwork.SlowAsync(random, stop)),
        new("connections to the API server cut", OfApi, Damage.None, static (_, random, stop) => ApiNetwork.CutAsync(random, stop)),
        new("packets to the API server lost", OfApi, Damage.None, static (_, random, stop) => ApiNetwork.LoseAsync(random, stop)),
        new("operator parted from the API server", OfApi, Damage.None, static (_, random, stop) => ApiNetwork.SilenceOperatorAsync(random, stop)),
        new("node parted from the API server", OfApi, Damage.None, static (_, random, stop) => ApiNetwork.SilenceNodeAsync(random, stop)),
        new("volume of the sidecar full", OfResources, Damage.None, static (field, _, stop) => ProcessStrikes.FillAsync(field, stop)),
        new("sidecar out of memory", OfResources, Damage.None, static async (field, _, stop) =>
            await ProcessStrikes.SqueezeAsync(field, await ProcessStrikes.SidecarAsync(field, stop), stop)),
        new("operator out of memory", OfResources, Damage.None, static (field, _, stop) => ProcessStrikes.SqueezeAsync(field, ProcessStrikes.Operator(), stop)),
        .. Clocks(),
        new("twenty rotations in five seconds", OfUsers, Damage.None, ServerStrikes.BurstAsync),
        new("imapd.conf changed", OfUsers, Damage.None, ServerStrikes.ChangeAsync),
        new("imapd.conf spoiled and put right", OfUsers, Damage.None, ServerStrikes.SpoilAsync),
        new("scaled up and down", OfUsers, Damage.None, ServerStrikes.ScaleAsync),
        new("paused for a while", OfUsers, Damage.None, ServerStrikes.PauseAsync),
        new("pod deleted", OfUsers, Damage.AllSessions, static (_, _, stop) => Field.KubectlAsync(stop, "delete", "pod", "mail-0", "-n", Field.Space, "--wait=false")),
        new("server deleted and made anew", OfUsers, Damage.AllSessions, ServerStrikes.DeleteAsync),
        new("leader deposed", OfUsers, Damage.None, static (_, _, stop) => ServerStrikes.DeposeAsync(stop)),
        new("leader moved", OfUsers, Damage.None, static (_, random, stop) => ServerStrikes.MoveLeaderAsync(random, stop)),
    ];

    private static IEnumerable<Fault> Clocks() => !SteppedClock.IsPossible ? [] :
    [
        new("clock of the sidecar stepped", OfClocks, Damage.None, static async (field, random, stop) =>
            await ProcessStrikes.StepClockAsync(field, await ProcessStrikes.SidecarAsync(field, stop), random, stop)),
        new("clock of the operator stepped", OfClocks, Damage.None, static (field, random, stop) =>
            ProcessStrikes.StepClockAsync(field, ProcessStrikes.Operator(), random, stop)),
    ];
}
