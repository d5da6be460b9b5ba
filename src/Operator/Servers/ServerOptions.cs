using Operator.Hosting;

namespace Operator.Servers;

/// <summary>What the operator's Deployment tells it, by environment variables <c>CYRUS_OPERATOR_*</c>.</summary>
internal sealed class ServerOptions
{
    /// <summary>Cyrus image of servers that name none (<c>CYRUS_OPERATOR_SERVER_IMAGE</c>).</summary>
    public required string ServerImage { get; init; }

    /// <summary>Sidecar image of servers that name none (<c>CYRUS_OPERATOR_RELOADER_IMAGE</c>).</summary>
    public required string ReloaderImage { get; init; }

    /// <summary>The namespaces to watch (<c>CYRUS_OPERATOR_WATCH_NAMESPACES</c>, separated by commas); empty for all.</summary>
    public IReadOnlyList<string> WatchNamespaces { get; init; } = [];

    /// <summary>Reads the options.</summary>
    /// <exception cref="InvalidOperationException">A required variable is missing; the message names it.</exception>
    public static ServerOptions From(IConfiguration configuration) => new()
    {
        ServerImage = Required(configuration, "CYRUS_OPERATOR_SERVER_IMAGE"),
        ReloaderImage = Required(configuration, "CYRUS_OPERATOR_RELOADER_IMAGE"),
        WatchNamespaces = [.. configuration.List("CYRUS_OPERATOR_WATCH_NAMESPACES").Distinct(StringComparer.Ordinal)],
    };

    private static string Required(IConfiguration configuration, string name) =>
        configuration.Text(name)
            ?? throw new InvalidOperationException($"Environment variable {name} is not set; config/operator/deployment.yaml shows how.");
}
