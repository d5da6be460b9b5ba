using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers.Rendering;

namespace Operator.Servers.Rollout;

/// <summary>How far the pods are after one turn.</summary>
/// <param name="Pods">The pods.</param>
/// <param name="Plan">The plan for them; null when there is no target.</param>
/// <param name="IsConclusive">Whether every pod that runs has been asked; right after the operator's start none has.</param>
/// <param name="LookAgain">When to look again though nothing is heard.</param>
internal sealed record RolloutProgress(IReadOnlyList<PodView> Pods, RolloutPlan? Plan, bool IsConclusive, TimeSpan? LookAgain);

/// <summary>Asks pods for the target in rollout order, listens to their sidecars, and restarts those that have to be.</summary>
internal sealed class RolloutRunner(
    ServerCaches caches, PodRequests requests, PodAnnotator annotator, PodRestarter restarter, ReportFollower follower, TimeProvider time)
{
    /// <summary>Takes the next step towards the target.</summary>
    public async Task<RolloutProgress> AdvanceAsync(CyrusServer server, Bundle? target, string restartDigest, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(server);
        PodView[] pods =
        [
            .. caches.PodsOf(key)
                .Where(static pod => pod.Metadata.DeletionTimestamp is null)
                .Select(pod => requests.Newest(PodView.Of(pod, follower.Latest))),
        ];
        requests.Keep(key, pods);
        if (target is null)
            return new(pods, null, IsConclusive: true, null);
        var goal = RolloutGoal.Of(server, target.Digest, restartDigest);
        var now = time.GetUtcNow();
        var plan = RolloutPlan.Decide(goal, pods, now);
        var again = plan.SoakUntil - now;
        if (!server.Spec.Paused)
        {
            var nudge = await annotator.CarryOutAsync(key, goal.Digest, plan, cancellationToken);
            again = Soonest.Of(again, nudge, await restarter.CarryOutAsync(server, plan.Restart, cancellationToken));
        }
        follower.Follow(key, [.. pods.Where(pod => IsWorthFollowing(pod, goal.Digest))], pods);
        var isConclusive = pods.All(pod => pod.Ip is null || follower.WasAsked(pod.Incarnation));
        return new(pods, plan, isConclusive, again);
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server)
    {
        follower.Follow(server, [], []);
        requests.Keep(server, []);
        restarter.Forget(server);
    }

    private static bool IsWorthFollowing(PodView pod, string target) =>
        !pod.Serves(target) || pod.Report!.Workers.Draining > 0;
}
