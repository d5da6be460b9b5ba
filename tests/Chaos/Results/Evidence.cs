using Operator.Testing.Cluster;

namespace Chaos.Results;

/// <summary>What is needed to find out why an invariant was broken, and is gone a moment later.</summary>
internal static class Evidence
{
    private static readonly (string File, string[] Arguments)[] s_wanted =
    [
        ("server.yaml", ["get", "cyrus", "mail", "-n", Field.Space, "-o", "yaml"]),
        ("pods.yaml", ["get", "pods", "-n", Field.Space, "-o", "yaml"]),
        ("events.txt", ["get", "events", "-A", "--sort-by=.lastTimestamp"]),
        ("operator.log", ["logs", "deployment/cyrus-operator", "-n", Field.OperatorSpace]),
        ("operator.previous.log", ["logs", "deployment/cyrus-operator", "-n", Field.OperatorSpace, "--previous"]),
        ("reloader.log", ["logs", "mail-0", "-n", Field.Space, "-c", "reloader", "--timestamps"]),
        ("reloader.previous.log", ["logs", "mail-0", "-n", Field.Space, "-c", "reloader", "--timestamps", "--previous"]),
        ("cyrus.log", ["logs", "mail-0", "-n", Field.Space, "-c", "cyrus", "--timestamps"]),
        ("cyrus.previous.log", ["logs", "mail-0", "-n", Field.Space, "-c", "cyrus", "--timestamps", "--previous"]),
    ];

    /// <summary>Writes it into a folder.</summary>
    public static async Task CollectAsync(string folder, CancellationToken stop)
    {
        Directory.CreateDirectory(folder);
        foreach (var (file, arguments) in s_wanted)
        {
            // Not all of it is always there: a container that was never started anew has no previous log.
            var said = await Tool.TryAsync(LocalCluster.Kubectl, null, stop, [.. arguments, "--request-timeout=20s"]);
            await File.WriteAllTextAsync(Path.Combine(folder, file), said.Output + said.Errors, stop);
        }
    }
}
