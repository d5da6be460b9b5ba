namespace Operator.Testing.Cluster;

/// <summary>Runs kubectl as a user would.</summary>
public static class Kubectl
{
    /// <summary>Runs it and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote on stderr.</exception>
    public static Task<string> RunAsync(string? input, CancellationToken cancellationToken, params string[] arguments) =>
        Tool.RunAsync(LocalCluster.Kubectl, input, cancellationToken, arguments);

    /// <summary>Applies a manifest.</summary>
    public static Task<string> ApplyAsync(string manifest, CancellationToken cancellationToken) =>
        RunAsync(manifest, cancellationToken, "apply", "-f", "-");
}
