using Operator.Testing;
using Operator.Testing.Cluster;

namespace EndToEnd;

/// <summary>The operator's chart as it was before the newest change of it.</summary>
internal static class PreviousChart
{
    private const string Folder = "charts/cyrus-operator";

    /// <summary>Unpacks it from git.</summary>
    /// <param name="into">A folder.</param>
    /// <param name="cancellationToken">Leaves it alone.</param>
    /// <returns>Where it is; null where the history is not here, as in a shallow clone.</returns>
    public static async Task<string?> UnpackAsync(string into, CancellationToken cancellationToken)
    {
        // Of two commits that touched it, the older one. What is not committed yet counts as the newest.
        var commits = (await GitAsync(cancellationToken, "log", "--first-parent", "--format=%H", "--max-count=2", "--", Folder)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var dirty = (await GitAsync(cancellationToken, "status", "--porcelain", "--", Folder)).Length > 0;
        if (commits.ElementAtOrDefault(dirty ? 0 : 1) is not { } wanted)
            return null;
        var archive = Path.Combine(into, "chart.tar");
        await GitAsync(cancellationToken, "archive", "--output", archive, wanted, Folder);
        await Tool.RunAsync("tar", null, cancellationToken, "-xf", archive, "-C", into);
        return Path.Combine(into, Folder);
    }

    private static Task<string> GitAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Tool.RunAsync("git", null, cancellationToken, ["-C", Repository.Root, .. arguments]);
}
