using System.Globalization;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Kubernetes.Events;

namespace Operator.Servers.Status;

/// <summary>One Event to be recorded about a server.</summary>
internal sealed record StatusEvent(EventType Type, string Reason, string Action, string Note);

/// <summary>The story between two statuses, told in Events: pure, so that each transition is told once, after it was written.</summary>
internal static class StatusEvents
{
    /// <summary>The events that lead from one status to the next.</summary>
    public static IEnumerable<StatusEvent> Between(CyrusServerStatus old, CyrusServerStatus now)
    {
        if (now.TargetDigest != old.TargetDigest && now.TargetDigest is { } target)
        {
            var note = old.TargetDigest is null
                ? $"Published the first configuration, {StatusBuilder.Shorten(target)}"
                : $"Published configuration {StatusBuilder.Shorten(target)}; before it was {StatusBuilder.Shorten(old.TargetDigest)}";
            yield return new(EventType.Normal, "ConfigurationPublished", "Publish", note);
        }
        if (now.Rejected is { } rejected && rejected.Digest != old.Rejected?.Digest)
        {
            yield return new(
                EventType.Warning,
                "RolledBack",
                "Rollback",
                $"Configuration {StatusBuilder.Shorten(rejected.Digest)} failed and the last good one returns. {rejected.Message}");
        }
        foreach (var type in (string[])[ConditionsBuilder.Degraded, ConditionsBuilder.CertificateExpiring])
        {
            if (Problem(type, old, now) is { } problem)
                yield return problem;
        }
        if (Notable(old, now) is { } notable)
            yield return notable;
        foreach (var pod in now.Pods)
        {
            if (PodServed(pod, old, now) is { } served)
                yield return served;
            var before = old.Pods.FirstOrDefault(one => one.Name == pod.Name);
            foreach (var warning in Warnings(pod, before))
                yield return warning;
        }
        if (Became(ConditionsBuilder.RolloutHealthy, old, now) is { } healthy)
            yield return new(EventType.Normal, "RolloutHealthy", "Rollout", healthy.Message + Duration(now.LastRollout));
    }

    /// <summary>What a rollout waits for, when that is worth a word.</summary>
    private static StatusEvent? Notable(CyrusServerStatus old, CyrusServerStatus now)
    {
        var condition = Conditions.Find(now.Conditions, ConditionsBuilder.Progressing)!;
        if (condition.Reason == Conditions.Find(old.Conditions, ConditionsBuilder.Progressing)?.Reason)
            return null;
        return condition.Reason switch
        {
            "CanarySoaking" => new(EventType.Normal, condition.Reason, "Rollout", condition.Message!),
            "KubeletPropagationSlow" or "InputsAlternate" => new(EventType.Warning, condition.Reason, "Rollout", condition.Message!),
            _ => null,
        };
    }

    private static StatusEvent? Problem(string type, CyrusServerStatus old, CyrusServerStatus now)
    {
        var condition = Conditions.Find(now.Conditions, type);
        if (condition is not { Status: Conditions.True })
            return null;
        var before = Conditions.Find(old.Conditions, type);
        return before?.Status == condition.Status && before?.Message == condition.Message
            ? null
            : new(EventType.Warning, condition.Reason!, "Check", condition.Message!);
    }

    private static IEnumerable<StatusEvent> Warnings(PodStatus pod, PodStatus? before)
    {
        if (News(pod.SaturatedServices, before?.SaturatedServices) is { } full)
        {
            yield return new(
                EventType.Warning, "ServiceSaturated", "Drain", $"Pod {pod.Name}: sessions fill {full} (maxChild); new connections wait until one ends");
        }
        if (News(pod.PendingRestart, before?.PendingRestart) is { } pending)
            yield return new(EventType.Warning, "RestartPending", "Reload", $"Pod {pod.Name}: {pending} will change only when the pod is restarted");
        if (pod.AtRisk > 0 && pod.AtRisk != before?.AtRisk)
        {
            yield return new(
                EventType.Warning, "SessionsAtRisk", "Reload", $"Pod {pod.Name}: a signal to the master put {pod.AtRisk} sessions or jobs at risk, as spec.rollout wants it");
        }
    }

    /// <summary>What is new in a list, in words; null when nothing is.</summary>
    private static string? News(IReadOnlyList<string>? now, IReadOnlyList<string>? before)
    {
        var added = (now ?? []).Except(before ?? []).ToList();
        return added.Count > 0 ? string.Join(", ", added) : null;
    }

    private static StatusEvent? PodServed(PodStatus pod, CyrusServerStatus old, CyrusServerStatus now)
    {
        var before = old.Pods.FirstOrDefault(one => one.Name == pod.Name);
        if (pod.Served is null || pod.Served == before?.Served || pod.Served != StatusBuilder.Shorten(now.TargetDigest))
            return null;
        var draining = pod.Draining > 0 ? $"; {pod.Draining} older sessions go on undisturbed" : "";
        return new(EventType.Normal, "PodReloaded", "Reload", $"Pod {pod.Name} serves {pod.Served}, proved on the wire{draining}");
    }

    private static V1Condition? Became(string type, CyrusServerStatus old, CyrusServerStatus now) =>
        Conditions.IsTrue(now.Conditions, type)
        && (!Conditions.IsTrue(old.Conditions, type) || old.HealthyDigest != now.HealthyDigest)
            ? Conditions.Find(now.Conditions, type)
            : null;

    private static string Duration(RolloutStatus? rollout) =>
        rollout is { CompletionTime: { } end }
            ? string.Create(CultureInfo.InvariantCulture, $", {(end - rollout.StartTime).TotalSeconds:0.0} s after it was published")
            : "";
}
