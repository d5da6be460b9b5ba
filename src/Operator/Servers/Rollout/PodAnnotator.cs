using System.Globalization;
using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Rollout;

/// <summary>
/// Carries a rollout's decisions to the pods: asks for the target, and nudges kubelet again while it is not mounted.
/// </summary>
internal sealed class PodAnnotator(IKubernetesClient client, PodRequests requests, TimeProvider time)
{
    /// <summary>Annotates what the plan says, nudges what is due.</summary>
    /// <returns>When the next nudge is due; null when none can become due.</returns>
    public async Task<TimeSpan?> CarryOutAsync(ObjectKey server, string target, RolloutPlan plan, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var pod in plan.Annotate)
            await AskAsync(server, pod, target, now, cancellationToken);
        var waiting = plan.Annotate.ToList();
        foreach (var pod in plan.UnderWay.Where(pod => !pod.HasMounted(target)))
        {
            if (requests.Remaining(server, pod, target, now) == TimeSpan.Zero)
                await AskAsync(server, pod, target, now, cancellationToken);
            waiting.Add(pod);
        }
        return waiting.Count == 0 ? null : waiting.Min(pod => requests.Remaining(server, pod, target, now));
    }

    private async Task AskAsync(ObjectKey server, PodView pod, string target, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Without its annotations a pod starts from the beginning, but its sidecar may still report a number of before.
        var nudge = Math.Max(pod.Nudge, pod.Report?.Nudge ?? 0) + 1;
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject
                {
                    [AnnotationKeys.Digest] = target,
                    [AnnotationKeys.Nudge] = nudge.ToString(CultureInfo.InvariantCulture),
                },
            },
        };
        // Noted first: the request may arrive although its answer is lost. One that did not arrive is made again when it is due.
        requests.Asked(server, pod, target, nudge, now);
        await client.MergePatchAsync(
            Resources.Pods, server with { Name = pod.Name }, patch, Names.FieldManager, cancellationToken);
    }
}
