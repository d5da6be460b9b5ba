using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Controllers;
using Operator.Kubernetes.Leadership;

namespace LeaderProbe;

/// <summary>Who this process is.</summary>
internal sealed record ProbeOptions(string Namespace, string Identity);

/// <summary>
/// Adds one to the count in the ConfigMap, again and again, and says so on stdout: what it tried and what came of it, with the time of the
/// machine's monotonic clock. The fence: each write carries the version that it was decided on and the number of its term, and whoever
/// finds a later term there, or is refused, writes no more.
/// </summary>
internal sealed class Counter(IKubernetesClient client, ProbeOptions options, LeaderElector election) : IReconciler
{
    private const string Name = "count";
    private V1ConfigMap? last;
    private bool isOvertaken;

    /// <inheritdoc/>
    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (key.Name != Name || isOvertaken || election.Term is not { } term)
            return ReconcileResult.Done;
        // Read once a term; from then on each write goes on from the one before.
        last ??= await client.GetAsync(Resources.ConfigMaps, key, cancellationToken);
        var next = Number("count") + 1;
        Say("try", next);
        isOvertaken = Number("term") > term || !await TryWriteAsync(key, next, term, cancellationToken);
        Say(isOvertaken ? "refused" : "written", next);
        return isOvertaken ? ReconcileResult.Done : ReconcileResult.After(TimeSpan.FromMilliseconds(20));
    }

    private async Task<bool> TryWriteAsync(ObjectKey key, int count, int term, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = last!.Metadata.ResourceVersion },
            ["data"] = new JsonObject { ["count"] = $"{count}", ["term"] = $"{term}", ["by"] = options.Identity },
        };
        try
        {
            last = await client.MergePatchAsync(Resources.ConfigMaps, key, patch, "leader-probe", cancellationToken);
            return true;
        }
        catch (ApiException error) when (error.IsConflict)
        {
            return false;
        }
    }

    private int Number(string name) => int.Parse(last!.Data![name], CultureInfo.InvariantCulture);

    private static void Say(string what, int count) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"@ {Stopwatch.GetTimestamp()} {what} {count}"));
}
