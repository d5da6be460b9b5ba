using Operator.Kubernetes.Controllers;

namespace Operator.Hosting;

/// <summary>How the process ends.</summary>
internal static class ExitCode
{
    /// <summary>Runs until stopped.</summary>
    /// <returns>0 after a stop; 1 when the work ended by itself, such as by a lost lease: kubelet then starts the process anew.</returns>
    public static async Task<int> RunToExitCodeAsync(this WebApplication app)
    {
        var host = app.Services.GetRequiredService<ControllerHost>();
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The stop came before all had started.
        }
        return host.ExecuteTask is { IsFaulted: true } ? 1 : 0;
    }
}
