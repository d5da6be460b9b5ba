using System.Diagnostics;

namespace Operator.Testing.Cluster;

/// <summary>Runs kubectl as a user would.</summary>
public static class Kubectl
{
    /// <summary>Runs it and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote on stderr.</exception>
    public static async Task<string> RunAsync(string? input, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(LocalCluster.Kubectl)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)} failed: {await errors}");
    }

    /// <summary>Applies a manifest.</summary>
    public static Task<string> ApplyAsync(string manifest, CancellationToken cancellationToken) =>
        RunAsync(manifest, cancellationToken, "apply", "-f", "-");
}
