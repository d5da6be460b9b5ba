using Operator.Entities.Servers;
using Operator.Kubernetes.Api;

namespace Operator.Servers.Status;

/// <summary>The conditions that an observation amounts to.</summary>
internal static class ConditionsBuilder
{
    /// <summary>Condition types.</summary>
    public const string Ready = "Ready",
        RolloutHealthy = "RolloutHealthy",
        Progressing = "Progressing",
        Degraded = "Degraded",
        CertificateExpiring = "CertificateExpiring",
        Reconciling = "Reconciling",
        Stalled = "Stalled";

    private sealed record Verdict(bool Value, string Reason, string Message);

    /// <summary>Builds all conditions; a transition time changes only with its status.</summary>
    public static IReadOnlyList<V1Condition> Build(Observation seen, CyrusServerStatus old)
    {
        var degraded = DegradedOf(seen);
        var healthy = HealthyOf(seen, degraded);
        var progressing = ProgressingOf(seen, healthy, degraded);
        var conditions = old.Conditions;
        conditions = Set(conditions, seen, Ready, ReadyOf(seen));
        conditions = Set(conditions, seen, RolloutHealthy, healthy);
        conditions = Set(conditions, seen, Progressing, progressing);
        conditions = Set(conditions, seen, Degraded, degraded);
        conditions = Set(conditions, seen, CertificateExpiring, ExpiryOf(seen));
        conditions = Set(conditions, seen, Reconciling, progressing);
        return Set(conditions, seen, Stalled, degraded);
    }

    private static IReadOnlyList<V1Condition> Set(
        IReadOnlyList<V1Condition> conditions, Observation seen, string type, Verdict verdict) =>
        Conditions.Set(
            conditions,
            new V1Condition
            {
                Type = type,
                Status = verdict.Value ? Conditions.True : Conditions.False,
                ObservedGeneration = seen.Server.Metadata.Generation,
                Reason = verdict.Reason,
                Message = verdict.Message,
            },
            seen.Now);

    private static Verdict ReadyOf(Observation seen)
    {
        var ready = seen.Pods.Count(static pod => pod.Ready);
        var wanted = seen.Server.Spec.Replicas;
        var message = $"{ready} of {wanted} pods are ready";
        return ready >= wanted ? new(true, "PodsReady", message) : new(false, "PodsNotReady", message);
    }

    private static Verdict ExpiryOf(Observation seen) => seen.Expiry.Warning is { } warning
        ? new(true, warning.Reason, warning.Message)
        : new(false, "AsExpected", "no certificate is about to expire");

    private static Verdict DegradedOf(Observation seen)
    {
        if (seen.Problem is { } problem)
            return new(true, problem.Reason, problem.Message + Consequence(seen));
        if (seen.Plan?.Failure is { } failure)
            return new(true, failure.Reason, failure.Message);
        if (seen.ChildProblem is { } child)
            return new(true, child.Reason, child.Message);
        if (seen.Pods.FirstOrDefault(static pod => pod.Trouble is not null) is { } pod)
            return new(true, "PodNotStarting", $"Pod {pod.Name}: {pod.Trouble}");
        if (ProgressRules.IsStuck(seen))
            return new(true, "ProgressDeadlineExceeded", $"nothing has moved for {seen.Server.Spec.Rollout.ProgressDeadlineSeconds} s (spec.rollout.progressDeadlineSeconds): {RolloutWords.Of(seen)}");
        return new(false, "AsExpected", "nothing is wrong that we know of");
    }

    private static string Consequence(Observation seen) =>
        seen.Target is null
            ? ". Nothing is served until this is put right."
            : $". The last good configuration {StatusBuilder.Shorten(seen.Target)} stays in service.";

    private static Verdict HealthyOf(Observation seen, Verdict degraded)
    {
        if (seen.Problem is { } problem)
            return new(false, problem.Reason, problem.Message);
        if (seen.Plan is not { } plan)
            return new(false, "NothingPublished", "no configuration has been published yet");
        var count = $"{plan.Healthy} of {seen.Server.Spec.Replicas} pods";
        if (plan.Complete)
            return new(true, "Served", $"{count} serve {StatusBuilder.Shorten(seen.Target)}: no old idle worker is left, and the wire shows it");
        if (plan.Failure is not null)
            return new(false, degraded.Reason, degraded.Message);
        if (seen.Server.Spec.Paused)
            return new(false, "Paused", $"{count} serve {StatusBuilder.Shorten(seen.Target)}, and spec.paused is true");
        return plan.Served
            ? new(false, "RestartInProgress", $"{count} serve {StatusBuilder.Shorten(seen.Target)}, and {plan.Restart.Left} of them have still to be restarted")
            : new(false, "RolloutInProgress", $"{count} serve {StatusBuilder.Shorten(seen.Target)}");
    }

    private static Verdict ProgressingOf(Observation seen, Verdict healthy, Verdict degraded)
    {
        if (seen.Server.Spec.Paused)
            return new(false, "Paused", "spec.paused is true");
        if (healthy.Value)
            return new(false, "RolloutComplete", healthy.Message);
        if (seen.Plan is not { Complete: false, Failure: null } || ProgressRules.IsStuck(seen))
            return new(false, degraded.Reason, degraded.Message);
        return new(true, RolloutWords.ReasonOf(seen), RolloutWords.Of(seen));
    }
}
