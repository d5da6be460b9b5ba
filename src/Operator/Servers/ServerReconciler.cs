using Operator.Kubernetes.Api;
using Operator.Kubernetes.Controllers;
using Operator.Servers.Inputs;
using Operator.Servers.Rendering;
using Operator.Servers.Rollout;
using Operator.Servers.Status;

namespace Operator.Servers;

/// <summary>
/// Brings one CyrusServer to what is wanted: collect, render and check, publish, annotate, follow, status. Level-based: every
/// turn starts from the world as it is.
/// </summary>
internal sealed class ServerReconciler(
    ServerCaches caches, InputCollector inputs, BundlePublisher publisher, RolloutRunner rollout, StatusWriter statuses, TimeProvider time)
    : IReconciler
{
    // Nothing tells when a certificate expires, so it is looked at from time to time.
    private static readonly TimeSpan Recheck = TimeSpan.FromHours(1);

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
        var rendered = BundleRenderer.Render(server, await inputs.CollectAsync(server, cancellationToken), now);
        var published = await publisher.ReadAsync(server, cancellationToken);
        var choice = TargetChoice.Of(rendered, published, server.Status);
        if (choice.Target is { } target && !server.Spec.Paused)
            await publisher.PublishAsync(server, target, published, cancellationToken);
        var progress = await rollout.AdvanceAsync(server, choice, cancellationToken);
        var seen = new Observation
        {
            Server = server,
            Now = now,
            Problem = choice.Problem,
            Target = choice.Target?.Digest,
            Pods = progress.Pods,
            Plan = progress.Plan,
            Rejected = choice.RejectedAfter(progress.Plan),
        };
        // Otherwise a healthy server would turn unhealthy for a moment whenever the operator starts; the first answer brings us back.
        if (progress.IsConclusive)
            await statuses.WriteAsync(server, StatusBuilder.Build(seen), cancellationToken);
        return ReconcileResult.After(progress.LookAgain ?? Recheck);
    }

    private void Forget(ObjectKey key)
    {
        rollout.Forget(key);
        publisher.Forget(key);
        statuses.Forget(key);
    }
}
