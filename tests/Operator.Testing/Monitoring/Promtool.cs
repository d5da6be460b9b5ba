using System.Diagnostics;

namespace Operator.Testing.Monitoring;

/// <summary>Debian's promtool and prometheus, as hack/lib/prometheus.sh unpacks them. A missing one is a failure that says how to get it.</summary>
public static class Promtool
{
    /// <summary>Path of prometheus.</summary>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public static string Prometheus => Find("prometheus");

    /// <summary>Runs promtool and returns all that it wrote.</summary>
    /// <param name="input">What it reads from its input; null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<(int ExitCode, string Output)> RunAsync(string? input, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find("promtool"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    private static string Find(string program)
    {
        var cache = Environment.GetEnvironmentVariable("CYRUS_OPERATOR_CACHE") is { Length: > 0 } path ? path : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "cyrus-operator");
        var file = Path.Combine(cache, "prometheus", "usr", "bin", program);
        return File.Exists(file) ? file : throw new InvalidOperationException($"There is no {file}. It is got by: hack/test --filter Prometheus");
    }
}
