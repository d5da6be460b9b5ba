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

    [Fact]
    public void Restarts_that_are_left_are_no_health_and_the_template_that_a_pod_is_made_from_is_seen()
    {
        var old = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Healthy, Target)) with { RestartDigest = "old", Revision = "r1" };
        var seen = Seen(old) with { Revision = "r2", Plan = RolloutPlan.Decide(Make.Goal(Target, 1) with { RestartDigest = "new" }, [old], Make.Now) };

        var status = StatusBuilder.Build(seen);

        Of(status, "RolloutHealthy").ShouldBe("False RestartInProgress: 1 of 1 pods serve 0123456789ab, and 1 of them have still to be restarted");
        Of(status, "Progressing").ShouldBe("True RestartInProgress: mail-0 is being restarted; 1 pods to go, this one included");
        (status.HealthyReplicas, status.OutdatedReplicas, status.Pods[0].Outdated).ShouldBe((1, 1, true));
        status.HealthyDigest.ShouldBe(Target);
    }

    [Fact]
    public void A_pod_that_its_node_does_not_bring_its_files_is_named_with_the_node_and_not_counted_up()
    {
        var slow = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Mounting, Target) with { Mounted = "old", Active = "old" }) with
        {
            Node = "node-7",
            MountingSince = Make.Now.AddSeconds(-20),
        };

        var status = StatusBuilder.Build(Seen(slow));
        var later = StatusBuilder.Build(Seen(slow, status) with { Now = Make.Now.AddMinutes(1) });

        Of(status, "Progressing").ShouldBe(
            "True KubeletPropagationSlow: node node-7 has not mounted 0123456789ab into pod mail-0, which was asked for at 2026-11-23T11:59:40Z");
        later.Conditions.ShouldBe(status.Conditions);
        Reasons(new(), status).ShouldContain("KubeletPropagationSlow");
        Reasons(status, later).ShouldBeEmpty();
    }

    [Fact]
    public void A_rollout_that_stands_still_is_said_to_be_stuck_until_it_moves_again()
    {
        var waiting = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.AwaitingQuiet, Target));
        var begun = StatusBuilder.Build(Seen(waiting));
        var just = Seen(waiting, begun) with { Now = Make.Now.AddSeconds(599) };
        var stuck = StatusBuilder.Build(Seen(waiting, begun) with { Now = Make.Now.AddSeconds(600) });
        var moving = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Converging, Target));
        var moved = StatusBuilder.Build(Seen(moving, stuck) with { Now = Make.Now.AddSeconds(700) });

        ProgressRules.Remaining(just).ShouldBe(TimeSpan.FromSeconds(1));
        Of(stuck, "Progressing").ShouldStartWith("False ProgressDeadlineExceeded: nothing has moved for 600 s (spec.rollout.progressDeadlineSeconds): mail-0 AwaitingQuiet");
        Of(stuck, "Stalled").ShouldStartWith("True ProgressDeadlineExceeded");
        Of(moved, "Progressing").ShouldStartWith("True RolloutInProgress");
        Of(moved, "Stalled").ShouldStartWith("False");
    }

    [Fact]
    public void A_certificate_that_is_about_to_expire_is_a_condition_of_its_own_and_told_once()
    {
        var pod = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Healthy, Target));
        var healthy = StatusBuilder.Build(Seen(pod));
        var seen = Seen(pod, healthy) with { Expiry = new(new InputProblem("CertificateExpiring", "tls.crt expires soon"), null) };
        var warned = StatusBuilder.Build(seen);

        Of(healthy, "CertificateExpiring").ShouldStartWith("False");
        Of(warned, "CertificateExpiring").ShouldBe("True CertificateExpiring: tls.crt expires soon");
        Of(warned, "RolloutHealthy").ShouldStartWith("True");
        Reasons(healthy, warned).ShouldBe(["CertificateExpiring"]);
        Reasons(warned, StatusBuilder.Build(seen with { Server = seen.Server with { Status = warned } })).ShouldBeEmpty();
    }

    [Fact]
    public void The_canary_and_the_time_at_which_it_served_are_remembered()
    {
        var begun = StatusBuilder.Build(Seen(Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Converging, Target))));
        var healthy = Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Healthy, Target));
        var served = StatusBuilder.Build(Seen(healthy, begun) with { Now = Make.Now.AddSeconds(3) });

        (begun.LastRollout!.Canary, begun.LastRollout.CanaryTime).ShouldBe(("mail-0", null));
        (served.LastRollout!.Canary, served.LastRollout.CanaryTime).ShouldBe(("mail-0", Make.Now.AddSeconds(3)));
        StatusBuilder.Build(Seen(healthy, served) with { Now = Make.Now.AddSeconds(9) }).LastRollout.ShouldBe(served.LastRollout);
    }

    [Fact]
    public void A_canary_that_served_before_anybody_saw_it_under_way_is_remembered_too()
    {
        var pods = new[] { Make.Pod("mail-0", Target, Make.Report(ReloadPhase.Healthy, Target)), Make.Pod("mail-1", Target, Make.Report(ReloadPhase.Checking, "old")) };

        RolloutPlan.Decide(Make.Goal(Target, 2), pods, Make.Now).First!.Name.ShouldBe("mail-0");
        RolloutPlan.Decide(Make.Goal(Target, 2) with { IsKnownGood = true }, pods, Make.Now).First!.Name.ShouldBe("mail-1");
        StatusBuilder.Build(Seen(pods[0])).LastRollout!.Canary.ShouldBe("mail-0");
    }

    [Fact]
    public void A_paused_server_that_lacks_something_is_not_healthy_and_does_not_progress()
    {
        var seen = Seen(Make.Pod("mail-0", "old", Make.Report(ReloadPhase.Healthy, "old")));
        var status = StatusBuilder.Build(seen with { Server = Make.Server(static spec => spec with { Paused = true }) });

        Of(status, "RolloutHealthy").ShouldStartWith("False Paused: 0 of 1 pods serve");
        Of(status, "Progressing").ShouldBe("False Paused: spec.paused is true");
    }

    private static IEnumerable<string> Reasons(CyrusServerStatus old, CyrusServerStatus now) =>
        StatusEvents.Between(old, now).Select(static one => one.Reason);

    private static Observation Seen(PodView pod, CyrusServerStatus? old = null) => new()
    {
        Server = Make.Server() with { Status = old },
        Now = Make.Now,
        Target = Target,
        Pods = [pod],
        Plan = Make.Plan(Target, [pod], 1),
    };

    private static string Of(CyrusServerStatus status, string type)
    {
        var condition = Conditions.Find(status.Conditions, type)!;
        return $"{condition.Status} {condition.Reason}: {condition.Message}";
    }
}
