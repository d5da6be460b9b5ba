using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Servers;
using Operator.Servers.Rollout;
using Operator.Servers.Status;

namespace Operator.Tests.Servers;

public sealed class StatusTests
{
    private const string Target = "0123456789abcdef";

    [Fact]
    public void A_wanted_digest_that_is_not_served_is_progress_and_not_health()
    {
        var status = StatusBuilder.Build(Seen(Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Converging, Target))));

        Of(status, "RolloutHealthy").ShouldBe("False RolloutInProgress: 0 of 1 pods serve 0123456789ab");
        Of(status, "Progressing").ShouldBe("True RolloutInProgress: mail-0 Converging");
        Of(status, "Reconciling").ShouldStartWith("True");
        Of(status, "Degraded").ShouldStartWith("False");
        status.HealthyDigest.ShouldBeNull();
        status.LastRollout!.Outcome.ShouldBe("InProgress");
    }

    [Fact]
    public void Health_is_told_only_when_every_pod_proved_the_target()
    {
        var report = Make.Report(ReloadPhase.Healthy, Target) with
        {
            Workers = new WorkerCounts { Draining = 4 },
            Certificates = [new() { Service = "imap", Port = 1143, Sha256 = "c", Subject = "CN=m", NotAfter = Make.Now.AddDays(9) }],
            PhaseSeconds = new Dictionary<string, double> { ["Converging"] = 0.4321 },
        };

        var status = StatusBuilder.Build(Seen(Make.Pod("mail-0", Target, report)));

        Of(status, "RolloutHealthy").ShouldStartWith("True Served: 1 of 1 pods serve 0123456789ab");
        Of(status, "Progressing").ShouldStartWith("False RolloutComplete");
        status.HealthyDigest.ShouldBe(Target);
        status.Digest.ShouldBe("0123456789ab");
        status.Draining.ShouldBe(4);
        status.Certificate!.NotAfter.ShouldBe(Make.Now.AddDays(9));
        status.LastRollout!.Outcome.ShouldBe("Healthy");
        status.LastRollout.PhaseSeconds!["Converging"].ShouldBe(0.432);
        status.ObservedGeneration.ShouldBe(3);
    }

    [Fact]
    public void A_bad_input_is_degraded_and_stalled_and_says_what_stays_in_service()
    {
        var seen = Seen(Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Healthy, Target))) with
        {
            Problem = new InputProblem("KeyMismatch", "Secret post/mail-tls: tls.key does not belong to the certificate in tls.crt"),
        };

        var status = StatusBuilder.Build(seen);

        Of(status, "Degraded").ShouldBe(
            "True KeyMismatch: Secret post/mail-tls: tls.key does not belong to the certificate in tls.crt."
            + " The last good configuration 0123456789ab stays in service.");
        Of(status, "Stalled").ShouldStartWith("True");
        Of(status, "RolloutHealthy").ShouldStartWith("False KeyMismatch");
        Of(status, "Ready").ShouldStartWith("True");
    }

    [Fact]
    public void The_same_observation_gives_the_same_status_so_that_a_steady_state_writes_nothing()
    {
        var pod = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Healthy, Target));
        var first = StatusBuilder.Build(Seen(pod));

        var second = StatusBuilder.Build(Seen(pod, first) with { Now = Make.Now.AddHours(1) });

        second.Conditions.ShouldBe(first.Conditions);
        second.LastRollout.ShouldBe(first.LastRollout);
    }

    [Fact]
    public void Events_tell_the_story_once()
    {
        var blank = new CyrusServerStatus();
        var begun = StatusBuilder.Build(Seen(Make.Pod("mail-0", Target)));
        var served = StatusBuilder.Build(Seen(Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Healthy, Target)), begun));

        Reasons(blank, begun).ShouldBe(["ConfigurationPublished"]);
        Reasons(begun, served).ShouldBe(["PodReloaded", "RolloutHealthy"]);
        Reasons(served, served).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_reload_cost_or_could_not_do_is_told_once_for_each_pod()
    {
        var served = Make.Report(ReloadPhase.Healthy, Target);
        var before = StatusBuilder.Build(Seen(Make.Pod("mail-0", Target, served)));
        var after = StatusBuilder.Build(Seen(
            Make.Pod("mail-0", Target, served with
            {
                AtRisk = 2,
                Disconnected = new(3, 1),
                Saturated = [new("pop3", 10, 4)],
                PendingRestart = ["debug"],
                UnreloadedServices = ["mupdate"],
            }),
            before));

        var pod = after.Pods.ShouldHaveSingleItem();
        (pod.AtRisk, pod.Disconnected).ShouldBe((2, 4));
        pod.SaturatedServices.ShouldBe(["pop3"]);
        pod.PendingRestart.ShouldBe(["debug", "mupdate"]);
        StatusEvents.Between(before, after).Select(static one => $"{one.Reason}: {one.Note}").ShouldBe(
        [
            "ServiceSaturated: Pod mail-0: sessions fill pop3 (maxChild); new connections wait until one ends",
            "RestartPending: Pod mail-0: debug, mupdate will change only when the pod is restarted",
            "SessionsAtRisk: Pod mail-0: a signal to the master put 2 sessions or jobs at risk, as spec.rollout wants it",
        ]);
        Reasons(after, after).ShouldBeEmpty();
        before.Pods[0].SaturatedServices.ShouldBeNull();
    }

    [Fact]
    public void A_rejection_and_a_bad_input_are_warnings()
    {
        var pod = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Healthy, Target));
        var healthy = StatusBuilder.Build(Seen(pod));
        var refused = StatusBuilder.Build(Seen(pod, healthy) with
        {
            Problem = new InputProblem("ProofFailed", "Pod mail-0: no"),
            Rejected = new RejectedDigest { Digest = "bad", Reason = "ProofFailed", Message = "Pod mail-0: no" },
        });

        Reasons(healthy, refused).ShouldBe(["RolledBack", "ProofFailed"]);
    }

    private static IEnumerable<string> Reasons(CyrusServerStatus old, CyrusServerStatus now) =>
        StatusEvents.Between(old, now).Select(static one => one.Reason);

    private static Observation Seen(PodView pod, CyrusServerStatus? old = null) => new()
    {
        Server = Make.Server() with { Status = old },
        Now = Make.Now,
        Target = Target,
        Pods = [pod],
        Plan = RolloutPlan.Decide(Target, [pod], 1, 1),
    };

    private static string Of(CyrusServerStatus status, string type)
    {
        var condition = Conditions.Find(status.Conditions, type)!;
        return $"{condition.Status} {condition.Reason}: {condition.Message}";
    }
}
