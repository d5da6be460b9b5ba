using System.Globalization;
using System.Text.Json.Nodes;
using Operator.Entities.Contract;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;

namespace Operator.Servers.Rollout;

/// <summary>Carries a rollout's decisions to the pods: asks for the target, and nudges kubelet again while it is not mounted.</summary>
internal sealed class PodAnnotator(IKubernetesClient client, NudgeTimer timer, TimeProvider time)
{
    /// <summary>Annotates what the plan says and nudges what is due.</summary>
    /// <returns>When the next nudge is due; null when none can become due.</returns>
    public async Task<TimeSpan?> CarryOutAsync(string? @namespace, string target, RolloutPlan plan, CancellationToken cancellationToken)
    {
        foreach (var pod in plan.Annotate)
            await AnnotateAsync(@namespace, pod, target, cancellationToken);
        TimeSpan? next = plan.Annotate.Count > 0 ? TimeSpan.FromSeconds(1) : null;
        foreach (var pod in plan.UnderWay)
        {
            if (pod.Report?.Mounted == target)
            {
                timer.Forget(pod.Incarnation);
                continue;
            }
            var remaining = timer.Remaining(pod.Incarnation, target, time.GetUtcNow());
            if (remaining == TimeSpan.Zero)
            {
                await AnnotateAsync(@namespace, pod, target, cancellationToken);
                timer.Nudged(pod.Incarnation, target, time.GetUtcNow());
                remaining = timer.Remaining(pod.Incarnation, target, time.GetUtcNow());
            }
            next = next is { } soonest && soonest < remaining ? soonest : remaining;
        }
        return next;
    }

    private async Task AnnotateAsync(string? @namespace, PodView pod, string target, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject
                {
                    [AnnotationKeys.Digest] = target,
                    [AnnotationKeys.Nudge] = (pod.Nudge + 1).ToString(CultureInfo.InvariantCulture),
                },
            },
        };
        await client.MergePatchAsync(
            Resources.Pods, new ObjectKey(@namespace, pod.Name), patch, Names.FieldManager, cancellationToken);
    }
}
