using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Children;

namespace Operator.Servers.Rollout;

/// <summary>How far the pods are after one turn.</summary>
/// <param name="Pods">The pods.</param>
/// <param name="Plan">The plan for them; null when there is no target.</param>
/// <param name="IsConclusive">Whether every pod that runs has been asked; right after the operator's start none has.</param>
/// <param name="LookAgain">When to look again though nothing is heard.</param>
internal sealed record RolloutProgress(IReadOnlyList<PodView> Pods, RolloutPlan? Plan, bool IsConclusive, TimeSpan? LookAgain);

/// <summary>Makes the objects that pods come from, asks pods for the target in rollout order and listens to their sidecars.</summary>
internal sealed class RolloutRunner(
    ServerCaches caches, ServerChildren children, PodRequests requests, PodAnnotator annotator, ReportFollower follower)
{
    /// <summary>Takes the next step towards the target.</summary>
    public async Task<RolloutProgress> AdvanceAsync(CyrusServer server, TargetChoice choice, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(server);
        // Before there is a target: with an issuer, the first certificate comes of it.
        if (!server.Spec.Paused)
            await children.PrepareAsync(server, cancellationToken);
        if (choice.Target is not null && !server.Spec.Paused)
            await children.ApplyAsync(server, cancellationToken);
        PodView[] pods =
        [
            .. caches.PodsOf(key)
                .Where(static pod => pod.Metadata.DeletionTimestamp is null)
                .Select(pod => requests.Newest(PodView.Of(pod, follower.Latest))),
        ];
        requests.Keep(key, pods);
        if (choice.Target?.Digest is not { } target)
            return new(pods, null, IsConclusive: true, null);
        var plan = RolloutPlan.Decide(target, pods, server.Spec.Replicas, server.Spec.Rollout.MaxParallel);
        TimeSpan? again = null;
        if (!server.Spec.Paused)
            again = await annotator.CarryOutAsync(key, target, plan, cancellationToken);
        follower.Follow(key, [.. pods.Where(pod => IsWorthFollowing(pod, target))], pods);
        var isConclusive = pods.All(pod => pod.Ip is null || follower.WasAsked(pod.Incarnation));
        return new(pods, plan, isConclusive, again);
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server)
    {
        follower.Follow(server, [], []);
        requests.Keep(server, []);
        children.Forget(server);
    }

    private static bool IsWorthFollowing(PodView pod, string target) =>
        !pod.Serves(target) || pod.Report!.Workers.Draining > 0;
}
