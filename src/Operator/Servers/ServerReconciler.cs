using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Controllers;
using Operator.Servers.Children;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;
using Operator.Servers.Rollout;
using Operator.Servers.Status;
using Operator.Servers.Telemetry;

namespace Operator.Servers;

/// <summary>
/// Brings one CyrusServer to what is wanted: collect, render and check, publish, annotate, follow, status. Level-based: every
/// turn starts from the world as it is.
/// </summary>
internal sealed class ServerReconciler(
    ServerCaches caches,
    InputCollector inputs,
    BundlePublisher publisher,
    ServerChildren children,
    RolloutRunner rollout,
    StatusWriter statuses,
    ServerMetrics metrics,
    TimeProvider time)
    : IReconciler
{
    // Nothing tells when a certificate expires, so it is looked at from time to time.
    private static readonly TimeSpan Recheck = TimeSpan.FromHours(1);
    // What stands in the way may go without a sign, such as a kind that the API server does not know yet.
    private static readonly TimeSpan AfterChildProblem = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    public async Task<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (caches.Servers.Get(key) is not { Metadata.DeletionTimestamp: null } cached)
        {
            Forget(key);
            return ReconcileResult.Done;
        }
        var server = statuses.Newest(cached);
        var now = time.GetUtcNow();
        var isFree = !server.Spec.Paused;
        var sourceProblem = isFree ? await children.PrepareAsync(server, cancellationToken) : null;
        InputProblem? childProblem = null;
        var rendered = BundleRenderer.Render(server, await inputs.CollectAsync(server, cancellationToken), now);
        var published = await publisher.ReadAsync(server, cancellationToken);
        var choice = TargetChoice.Of(rendered, published, server.Status, RetryOf(server));
        var restart = RestartInputs.Of(server, choice.Target).Digest;
        if (choice.Target is { } target && isFree)
        {
            await publisher.PublishAsync(server, target, published, cancellationToken);
            childProblem = await children.ApplyAsync(server, restart, cancellationToken);
        }
        var progress = await rollout.AdvanceAsync(server, choice.Target, restart, cancellationToken);
        var seen = new Observation
        {
            Server = server,
            Now = now,
            Problem = sourceProblem ?? choice.Problem,
            Expiry = CertificateExpiry.Of(choice.Target, now),
            ChildProblem = childProblem,
            Target = choice.Target?.Digest,
            Pods = progress.Pods,
            Plan = progress.Plan,
            Revision = caches.StatefulSets.Get(key with { Name = Names.StatefulSet(server) })?.Status?.UpdateRevision,
            Rejected = choice.RejectedAfter(progress.Plan, RetryOf(server)),
        };
        // Otherwise a healthy server would turn unhealthy for a moment whenever the operator starts; the first answer brings us back.
        if (progress.IsConclusive)
            await TellAsync(seen, cancellationToken);
        var again = Soonest.Of(
            Recheck,
            progress.LookAgain,
            ProgressRules.Remaining(seen),
            seen.Expiry.NextChange - now,
            (sourceProblem ?? childProblem) is null ? null : AfterChildProblem);
        // Above zero, for the clock may have moved on since these were looked at.
        return ReconcileResult.After(again > Soon ? again.Value : Soon);
    }

    private static string? RetryOf(CyrusServer server) =>
        server.Metadata.Annotations?.TryGetValue(AnnotationKeys.Retry, out var value) == true ? value : null;

    private async Task TellAsync(Observation seen, CancellationToken cancellationToken)
    {
        var status = StatusBuilder.Build(seen);
        await statuses.WriteAsync(seen.Server, status, cancellationToken);
        metrics.Saw(seen, status);
    }

    private void Forget(ObjectKey key)
    {
        rollout.Forget(key);
        children.Forget(key);
        publisher.Forget(key);
        statuses.Forget(key);
        metrics.Forget(key);
    }
}
