using System.Runtime.InteropServices;
using Operator.Kubernetes.Client;

namespace Operator.SelfTest;

/// <summary><c>cyrus-operator selftest</c>: what <c>helm test</c> runs.</summary>
internal static class SelfTestCommand
{
    /// <summary>The argument that asks for it.</summary>
    public const string Name = "selftest";

    /// <summary>Runs it.</summary>
    /// <returns>The exit code: 0 when all went well.</returns>
    /// <exception cref="InvalidOperationException">An environment variable cannot be used; the message names it.</exception>
    public static async Task<int> RunAsync()
    {
        var config = KubernetesClientConfig.Default();
        var options = SelfTestOptions.From(new ConfigurationBuilder().AddEnvironmentVariables().Build(), config.Namespace);
        using var client = new KubernetesClient(config, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true; // the end is ours: the server has to be removed
            stop.Cancel();
        });
        var passed = await new RotationTest(client, options, TimeProvider.System, Console.Out).RunAsync(stop.Token);
        if (passed)
            Console.WriteLine("passed");
        return passed ? 0 : 1;
    }
}
