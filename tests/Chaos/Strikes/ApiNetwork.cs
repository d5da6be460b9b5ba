using Operator.Testing.Cluster;

namespace Chaos.Strikes;

/// <summary>
/// The way to the API server (hack/lib/network.sh: its port and the pods' bridge). Of those in pods only the operator goes it; the kubelet, and we,
/// go it by the loopback. What is done here is in the kernel's own means: firewall rules, and an end put to sockets (ss -K).
/// </summary>
internal static class ApiNetwork
{
    private const string Port = "6443", FromPods = "cni0", FromNode = "lo", Server = "kube-apiserver";

    private static readonly string[] s_everywhere = [FromPods, FromNode];
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(300), Free = TimeSpan.FromMilliseconds(100);

    /// <summary>Every connection to it is reset, all watches among them, some times over.</summary>
    public static async Task CutAsync(Random random, CancellationToken stop)
    {
        for (var time = random.Next(1, 5); time > 0; time--)
        {
            await Tool.RunAsync("ss", null, stop, "-K", "-t", "state", "established", "sport", "=", $":{Port}");
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 2000)), TimeProvider.System, stop);
        }
    }

    /// <summary>Each answer waits: it is held and let go, held and let go.</summary>
    public static async Task SlowAsync(Random random, CancellationToken stop)
    {
        if (Processes.OfComponent(Server) is not { } pid)
            return;
        try
        {
            for (var left = TimeSpan.FromSeconds(random.Next(5, 15)); left > TimeSpan.Zero; left -= Held + Free)
            {
                Processes.Signal(pid, Processes.SigStop);
                await Task.Delay(Held, TimeProvider.System, stop);
                Processes.Signal(pid, Processes.SigContinue);
                await Task.Delay(Free, TimeProvider.System, stop);
            }
        }
        finally
        {
            Processes.Signal(pid, Processes.SigContinue);
        }
    }

    /// <summary>A third of all packets gets lost, for everybody.</summary>
    public static Task LoseAsync(Random random, CancellationToken stop) =>
        DropAsync(s_everywhere, TimeSpan.FromSeconds(random.Next(5, 15)), stop, "-m", "statistic", "--mode", "random", "--probability", "0.33");

    /// <summary>Nothing of what pods send gets there, and nobody says so; for longer than a lease lasts, or not.</summary>
    public static Task SilenceOperatorAsync(Random random, CancellationToken stop) => DropAsync([FromPods], TimeSpan.FromSeconds(random.Next(5, 20)), stop);

    /// <summary>The same for the kubelet and all else on the node.</summary>
    public static Task SilenceNodeAsync(Random random, CancellationToken stop) => DropAsync([FromNode], TimeSpan.FromSeconds(random.Next(5, 12)), stop);

    private static async Task DropAsync(IReadOnlyList<string> from, TimeSpan time, CancellationToken stop, params string[] match)
    {
        try
        {
            foreach (var link in from)
                await RuleAsync("--insert", link, match);
            await Task.Delay(time, TimeProvider.System, stop);
        }
        finally
        {
            foreach (var link in from)
                await RuleAsync("--delete", link, match);
        }
    }

    // Without the caller's stop: a rule that was made is taken away. By the comment hack/cluster down finds what was left.
    private static Task<string> RuleAsync(string command, string link, string[] match) => Tool.RunAsync(
        "iptables", null, CancellationToken.None,
        ["--wait", command, "INPUT", "--in-interface", link, "--protocol", "tcp", "--dport", Port, .. match, "-m", "comment", "--comment", Comment, "-j", "DROP"]);

    private const string Comment = "cyrus-operator-chaos";
}
