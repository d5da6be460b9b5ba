using System.Collections.Concurrent;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Client;
using Operator.Kubernetes.Events;
using Operator.Servers.Children;

namespace Operator.Servers.Rollout;

/// <summary>
/// Restarts a pod: evicts it, as far as the PodDisruptionBudget allows that. It leaves the Service at once, its preStop hook sees its sessions off, and the
/// StatefulSet makes a new one from the newest template, which starts with what is published.
/// </summary>
internal sealed class PodRestarter(IKubernetesClient client, EventRecorder events, TimeProvider time)
{
    // Until the watch has shown that it is going.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ObjectKey, (string? Uid, long At)> asked = new();

    /// <summary>Restarts the pod of the step, if there is one.</summary>
    /// <returns>When to look again though nothing is heard; null when nothing is waited for.</returns>
    public async Task<TimeSpan?> CarryOutAsync(CyrusServer server, RestartStep step, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(server);
        if (step.Pod is not { } pod)
            return step.SoakUntil is { } until ? until - time.GetUtcNow() : null;
        if (asked.TryGetValue(key, out var last) && last.Uid == pod.Uid && time.GetElapsedTime(last.At) < Patience)
            return Patience;
        var options = new DeleteOptions { Uid = pod.Uid, GracePeriodSeconds = PodBuilder.GracePeriodOf(server.Spec.Rollout.Restart) };
        try
        {
            if (step.IsBroken)
                await client.DeleteAsync(Resources.Pods, key with { Name = pod.Name }, options, cancellationToken);
            else
                await client.EvictAsync(key with { Name = pod.Name }, options, cancellationToken);
        }
        catch (ApiException error) when (error.IsTooManyRequests)
        {
            events.Record(
                server, EventType.Warning, "RestartBlocked", "Restart", $"Pod {pod.Name} may not be evicted now: {error.Status?.Message ?? "the PodDisruptionBudget forbids it"}");
            return AfterRefusal;
        }
        catch (ApiException error) when (error.IsConflict)
        {
            return AfterRefusal; // another pod has its name already
        }
        asked[key] = (pod.Uid, time.GetTimestamp());
        events.Record(server, EventType.Normal, "PodRestarting", "Restart", $"Pod {pod.Name} is restarted, {step.Left} to go: {Why(step)}");
        return Patience;
    }

    /// <summary>Forgets a server that is gone.</summary>
    public void Forget(ObjectKey server) => asked.TryRemove(server, out _);

    private static string Why(RestartStep step) =>
        step.IsBroken ? "it cannot start as it is" : step.Pod!.Report is { NeedsRestart: true } ? "no quiet moment came" : "only that brings a change into force";
}
