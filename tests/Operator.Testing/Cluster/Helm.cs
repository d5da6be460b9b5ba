namespace Operator.Testing.Cluster;

/// <summary>Runs helm as a user would.</summary>
public static class Helm
{
    /// <summary>Runs it and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote on stderr.</exception>
    public static Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Tool.RunAsync(Repository.PathOf("hack", "helm"), null, cancellationToken, arguments);
}
