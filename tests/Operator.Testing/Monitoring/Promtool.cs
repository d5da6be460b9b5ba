using Operator.Testing.Cluster;

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
        var result = await Tool.TryAsync(Find("promtool"), input, cancellationToken, arguments);
        return (result.ExitCode, result.Output + result.Errors);
    }

    private static string Find(string program)
    {
        var cache = Environment.GetEnvironmentVariable("CYRUS_OPERATOR_CACHE") is { Length: > 0 } path ? path : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "cyrus-operator");
        var file = Path.Combine(cache, "prometheus", "usr", "bin", program);
        return File.Exists(file) ? file : throw new InvalidOperationException($"There is no {file}. It is got by: hack/test --filter Prometheus");
    }
}
