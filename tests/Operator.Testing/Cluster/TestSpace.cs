using Operator.Testing.Canaries;

namespace Operator.Testing.Cluster;

/// <summary>A namespace of a test.</summary>
public static class TestSpace
{
    private const string OperatorSpace = "cyrus-system";

    /// <summary>
    /// Deletes it, after a look at everything that the system has written there, and at what the operator has written until now.
    /// </summary>
    /// <exception cref="LeakException">A secret of this process is in it. This takes the place of an exception that the test has ended with, and is the graver one.</exception>
    public static async Task SearchAndDeleteAsync(string space)
    {
        try
        {
            await SearchAsync(space);
        }
        finally
        {
            await Kubectl.RunAsync(null, CancellationToken.None, "delete", "namespace", space, "--wait=false");
        }
    }

    /// <summary>Looks for all secrets of this process.</summary>
    /// <exception cref="LeakException">One was found.</exception>
    public static async Task SearchAsync(string space)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await SecretsOfSpace.NoteAsync(space, limit.Token);
        await SecretsOfSpace.NoteAsync(OperatorSpace, limit.Token);
        using var output = new SystemOutput(KnownCanaries.Search());
        await Task.WhenAll(output.ReadAsync(space, limit.Token), output.ReadAsync(OperatorSpace, limit.Token));
        if (output.Leaks.Count > 0)
            throw new LeakException(output.Leaks);
    }
}
