using System.Diagnostics;
using System.Globalization;
using Operator.Testing;
using Operator.Testing.Canaries;
using Operator.Testing.Cluster;

namespace EndToEnd;

/// <summary>Tests that take the deployed operator away run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OperatorCollection
{
    public const string Name = "operator";
}

/// <summary>
/// The operator as a process of this test, with the rights of the deployed one, which rests meanwhile: so that it can be killed and started within a second.
/// </summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private const string Deployment = "deployment/cyrus-operator";
    private const string Account = "system:serviceaccount:cyrus-system:cyrus-operator";

    private readonly string kubeconfig = Path.GetTempFileName();
    private readonly string log = Path.GetTempFileName();
    private readonly int replicas;
    private Process? process;

    private OperatorProcess(int replicas) => this.replicas = replicas;

    /// <summary>Sends the deployed operator to rest and starts this one.</summary>
    public static async Task<OperatorProcess> InsteadOfTheDeployedOneAsync(CancellationToken cancellationToken)
    {
        var replicas = await Kubectl.RunAsync(null, cancellationToken, "-n", "cyrus-system", "get", Deployment, "-o", "jsonpath={.spec.replicas}");
        var own = new OperatorProcess(int.Parse(replicas, CultureInfo.InvariantCulture));
        try
        {
            await ScaleAsync(0, cancellationToken);
            await Kubectl.RunAsync(
                null, cancellationToken, "-n", "cyrus-system", "wait", "--for=delete", "pod", "-l", "app.kubernetes.io/name=cyrus-operator", "--timeout=60s");
            await own.WriteKubeconfigAsync(cancellationToken);
            own.Start();
            return own;
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL, and a new one at once.</summary>
    /// <exception cref="InvalidOperationException">It had ended by itself; the message has the end of its log.</exception>
    public void KillAndStart()
    {
        if (process!.HasExited)
            throw new InvalidOperationException($"The operator ended by itself: {string.Join('\n', File.ReadLines(log).TakeLast(5))}");
        Kill();
        Start();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Kill();
        await ScaleAsync(replicas, CancellationToken.None);
        await Kubectl.RunAsync(null, CancellationToken.None, "-n", "cyrus-system", "rollout", "status", Deployment, "--timeout=120s");
        File.Delete(kubeconfig);
        using var output = new SystemOutput(KnownCanaries.Search());
        output.Read("log of the operator that runs as a process", await File.ReadAllBytesAsync(log));
        File.Delete(log);
        if (output.Leaks.Count > 0)
            throw new LeakException(output.Leaks);
    }

    private static Task<string> ScaleAsync(int replicas, CancellationToken cancellationToken) => Kubectl.RunAsync(
        null, cancellationToken, "-n", "cyrus-system", "scale", Deployment, string.Create(CultureInfo.InvariantCulture, $"--replicas={replicas}"));

    private async Task WriteKubeconfigAsync(CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(Environment.GetEnvironmentVariable("KUBECONFIG")!, cancellationToken);
        await File.WriteAllTextAsync(kubeconfig, text.Replace("  user:\n", $"  user:\n    as: {Account}\n", StringComparison.Ordinal), cancellationToken);
    }

    private void Start()
    {
        // Through a shell, for a log on disk: a pipe that nobody reads would stop the operator.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" >>\"$1\" 2>&1", Repository.PathOf("artifacts/bin/Operator/debug/cyrus-operator"), log]);
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Next()}";
        start.Environment["CYRUS_OPERATOR_LEADER_ELECTION"] = "false";
        start.Environment["CYRUS_OPERATOR_SERVER_IMAGE"] = "localhost/cyrus-imapd:dev";
        start.Environment["CYRUS_OPERATOR_RELOADER_IMAGE"] = "localhost/cyrus-reloader:dev";
        process = Process.Start(start)!;
    }

    private void Kill()
    {
        process?.Kill();
        process?.WaitForExit();
        process?.Dispose();
        process = null;
    }
}
