using Operator.Entities.Contract;
using Operator.Entities.Servers;
using Operator.Kubernetes.Api;
using Operator.Metrics;
using Operator.Servers;
using Operator.Servers.Rollout;
using Operator.Servers.Status;
using Operator.Servers.Telemetry;
using Operator.Testing.Monitoring;

namespace Operator.Tests.Servers.Telemetry;

/// <summary>Statuses follow each other as in life, and the text is what a scrape would get.</summary>
public sealed class ServerMetricsTests : IDisposable
{
    private const string Good = "0123456789abcdef", Next = "fedcba9876543210";

    private readonly ServerMetrics metrics = new();
    private readonly PrometheusExporter exporter;
    private CyrusServerStatus? status;
    private DateTimeOffset now = Make.Now;

    public ServerMetricsTests() => exporter = new PrometheusExporter(metrics.Owns);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        exporter.Dispose();
        metrics.Dispose();
    }

    [Fact]
    public void A_server_that_serves_what_is_wanted_says_so_and_counts_one_rollout()
    {
        See(Good, Make.Pod("mail-0", Good));
        See(Good, Healthy(Good));
        See(Good, Healthy(Good));

        Value("cyrus_operator_server_info{namespace=\"post\",name=\"mail\",target=\"0123456789ab\",healthy=\"0123456789ab\"}").ShouldBe("1");
        Value(Of("server_rollout_state", "state=\"healthy\"")).ShouldBe("1");
        Value(Of("server_unserved_since_timestamp_seconds")).ShouldBe("0");
        Value(Of("server_status_condition", "type=\"RolloutHealthy\",status=\"true\"")).ShouldBe("1");
        Value(Of("server_status_condition", "type=\"RolloutHealthy\",status=\"false\"")).ShouldBe("0");
        Value(Of("server_pods", "state=\"healthy\"")).ShouldBe("1");
        Value(Of("server_draining_sessions")).ShouldBe("4");
        Value(Of("server_certificate_not_after_timestamp_seconds", "cyrus_service=\"imaps\",port=\"1993\"")).ShouldBe($"{Make.Now.AddDays(9).ToUnixTimeSeconds()}");
        Value(Of("rollouts_total", "outcome=\"healthy\"")).ShouldBe("1");
        Value(Of("rollouts_total", "outcome=\"halted\"")).ShouldBe("0");
        Value("cyrus_operator_rollout_phase_seconds_count{phase=\"awaiting_quiet\"}").ShouldBe("1");
        Value("cyrus_operator_rollout_seconds_sum{outcome=\"healthy\"}").ShouldBe("1");
    }

    [Fact]
    public void A_pod_cannot_make_up_a_series_for_each_phase_that_it_names()
    {
        var report = Make.Report(ReloadPhase.Healthy, Good) with { PhaseSeconds = new Dictionary<string, double> { ["Made1"] = 1, ["Made2"] = 1, ["Proving"] = 1 } };
        See(Good, Make.Pod("mail-0", Good));
        See(Good, Make.Pod("mail-0", Good, report));

        Value("cyrus_operator_rollout_phase_seconds_count{phase=\"proving\"}").ShouldBe("1");
        Value("cyrus_operator_rollout_phase_seconds_count{phase=\"unknown\"}").ShouldBe("2");
        exporter.Write(MetricsFormat.Text).ShouldNotContain("made");
    }

    [Fact]
    public void A_refusal_halts_then_returns_and_stays_unserved_from_when_it_began()
    {
        See(Good, Healthy(Good));
        See(Next, Make.Pod("mail-0", Next));
        var since = now;
        Value(Of("server_rollout_state", "state=\"in_progress\"")).ShouldBe("1");
        See(Next, Make.Pod("mail-0", Next, Make.Refused(Next)), rejected: true);
        Value(Of("server_rollout_state", "state=\"halted\"")).ShouldBe("1");
        var problem = new InputProblem("ConfigurationInvalid", "Pod mail-0: imapd.conf line 4");
        See(Good, Make.Pod("mail-0", Good), rejected: true, problem: problem);
        Value(Of("server_rollout_state", "state=\"returning\"")).ShouldBe("1");
        See(Good, Healthy(Good), rejected: true, problem: problem);

        Value(Of("server_rollout_state", "state=\"returned\"")).ShouldBe("1");
        Value(Of("server_unserved_since_timestamp_seconds")).ShouldBe($"{since.ToUnixTimeSeconds()}");
        Value(Of("server_problem", "reason=\"ConfigurationInvalid\"")).ShouldBe("1");
        Value(Of("rollouts_total", "outcome=\"halted\"")).ShouldBe("1");
        Value(Of("rollouts_total", "outcome=\"returned\"")).ShouldBe("1");
        Value(Of("rollouts_total", "outcome=\"superseded\"")).ShouldBe("0");
        Value("cyrus_operator_inputs_refused_total{reason=\"ConfigurationInvalid\"}").ShouldBe("1");
    }

    [Fact]
    public void What_is_overtaken_is_superseded_and_what_cannot_be_used_is_refused_once()
    {
        See(Good, Make.Pod("mail-0", Good));
        See(Next, Make.Pod("mail-0", Next));
        var problem = new InputProblem("KeyMismatch", "tls.key does not belong to it");
        See(Next, Make.Pod("mail-0", Next), problem: problem);
        See(Next, Make.Pod("mail-0", Next), problem: problem);

        Value(Of("rollouts_total", "outcome=\"superseded\"")).ShouldBe("1");
        Value(Of("server_rollout_state", "state=\"refused\"")).ShouldBe("1");
        Value("cyrus_operator_inputs_refused_total{reason=\"KeyMismatch\"}").ShouldBe("1");
    }

    [Fact]
    public void A_pause_and_a_soak_are_no_delay()
    {
        See(Good, Make.Pod("mail-0", Good), change: static spec => spec with { Paused = true });
        Value(Of("server_rollout_state", "state=\"paused\"")).ShouldBe("1");
        Value(Of("server_unserved_since_timestamp_seconds")).ShouldBe("0");

        See(Good, Make.Pod("mail-0", Good), soakUntil: now.AddHours(1));
        Value(Of("server_rollout_state", "state=\"soaking\"")).ShouldBe("1");
        Value(Of("server_unserved_since_timestamp_seconds")).ShouldBe("0");
    }

    [Fact]
    public void A_server_that_is_deleted_takes_its_series_with_it()
    {
        See(Good, Healthy(Good));
        exporter.Write(MetricsFormat.Text).ShouldContain("name=\"mail\"");

        metrics.Forget(new ObjectKey("post", "mail"));

        exporter.Write(MetricsFormat.Text).ShouldNotContain("name=\"mail\"");
    }

    [Fact]
    public void Every_series_has_the_labels_that_are_written_down_and_every_metric_is_there()
    {
        See(Good, Healthy(Good));
        See(Good, Healthy(Good), problem: new InputProblem("KeyMismatch", "no"));

        var families = exporter.Read().ToDictionary(static family => family.Name);
        families.Keys.ShouldBe(ServerMetricNames.All.Select(static one => one.Name), ignoreOrder: true);
        foreach (var definition in ServerMetricNames.All)
        {
            families[definition.Name].Type.ShouldBe(definition.Type);
            families[definition.Name].Series.ShouldAllBe(series => series.Labels.Select(label => label.Key).SequenceEqual(definition.Labels));
        }
    }

    [Fact]
    [Trait("needs", "prometheus")]
    public async Task Promtool_has_nothing_to_say_about_them()
    {
        See(Good, Healthy(Good));

        (await Promtool.RunAsync(exporter.Write(MetricsFormat.Text), Stop, "check", "metrics")).ShouldBe((0, ""));
    }

    private static string Of(string name, string? labels = null) =>
        $"cyrus_operator_{name}{{namespace=\"post\",name=\"mail\"{(labels is null ? "" : "," + labels)}}}";

    private static PodView Healthy(string digest) => Make.Pod("mail-0", digest, Make.Report(ReloadPhase.Healthy, digest) with
    {
        Workers = new WorkerCounts { Draining = 4 },
        Certificates = [new() { Service = "imaps", Port = 1993, Sha256 = "c", Subject = "CN=m", NotAfter = Make.Now.AddDays(9) }],
        PhaseSeconds = new Dictionary<string, double> { ["AwaitingQuiet"] = 0.5 },
    });

    private string? Value(string series) => exporter.Write(MetricsFormat.Text).Split('\n')
        .Where(line => line.StartsWith(series + " ", StringComparison.Ordinal))
        .Select(line => line[(series.Length + 1)..])
        .SingleOrDefault();

    /// <summary>One turn, a second after the last.</summary>
    private void See(
        string target,
        PodView pod,
        bool rejected = false,
        InputProblem? problem = null,
        Func<CyrusServerSpec, CyrusServerSpec>? change = null,
        DateTimeOffset? soakUntil = null)
    {
        now = now.AddSeconds(1);
        var seen = new Observation
        {
            Server = Make.Server(change) with { Status = status },
            Now = now,
            Target = target,
            Problem = problem,
            Pods = [pod],
            Plan = Make.Plan(target, [pod], 1) is var plan && soakUntil is not null ? plan with { SoakUntil = soakUntil } : plan,
            Rejected = rejected ? new RejectedDigest { Digest = Next, Reason = "ConfigurationInvalid", Message = "Pod mail-0: imapd.conf line 4" } : null,
        };
        status = StatusBuilder.Build(seen);
        metrics.Saw(seen, status);
    }
}
