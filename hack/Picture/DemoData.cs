using System.Globalization;
using System.Text;
using Operator.Testing.Monitoring;

namespace Picture;

/// <summary>
/// Six made-up hours of two servers, for the picture in the docs. After one hour the certificate of post/mail is renewed; after three a change of
/// school/mail is refused and mended an hour later; after five, a canary of post/mail soaks.
/// </summary>
internal static class DemoData
{
    private const int Minutes = 360, Renewal = 60, Refusal = 180, Mended = 240, Soak = 300, SoakEnd = 320;

    /// <summary>When the six hours end; the same in each picture, so that it changes only with the dashboard.</summary>
    public static readonly DateTimeOffset End = new(2026, 11, 24, 15, 0, 0, TimeSpan.Zero);

    private static readonly (string Space, int Pods)[] s_servers = [("post", 3), ("school", 1)];
    private static readonly (string Name, int Port, int Sessions, int MaxChild)[] s_services = [("imap", 1143, 60, 200), ("imaps", 1993, 140, 200), ("pop3", 1110, 6, 50)];

    /// <summary>Starts a Prometheus that knows them.</summary>
    public static Task<PrometheusServer> StartAsync(CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var (space, pods) in s_servers)
        {
            Server(text, space, pods);
            for (var pod = 0; pod < pods; pod++)
                Pod(text, space, pod);
        }
        Operator(text);
        return PrometheusServer.StartOnAsync(text.Append("# EOF\n").ToString(), cancellationToken);
    }

    private static void Server(StringBuilder text, string space, int pods)
    {
        var labels = $"namespace=\"{space}\",name=\"mail\"";
        var isPost = space == "post";
        string State(int minute) => isPost
            ? minute is Renewal ? "in_progress" : minute is >= Soak and < SoakEnd ? "soaking" : "healthy"
            : minute is >= Refusal and < Mended ? "returned" : "healthy";
        Write(text, $"cyrus_operator_server_info{{{labels},target=\"6b1f0a8e93d2\",healthy=\"6b1f0a8e93d2\"}}", static _ => 1);
        foreach (var state in (string[])["healthy", "in_progress", "soaking", "returned"])
            Write(text, $"cyrus_operator_server_rollout_state{{{labels},state=\"{state}\"}}", minute => State(minute) == state ? 1 : 0);
        Write(text, $"cyrus_operator_server_status_condition{{{labels},type=\"RolloutHealthy\",status=\"true\"}}", minute => State(minute) == "healthy" ? 1 : 0);
        Write(text, $"cyrus_operator_server_unserved_since_timestamp_seconds{{{labels}}}", minute => !isPost && State(minute) == "returned" ? At(Refusal) : 0);
        foreach (var state in (string[])["wanted", "existing", "ready", "healthy"])
            Write(text, $"cyrus_operator_server_pods{{{labels},state=\"{state}\"}}", minute => state == "healthy" && State(minute) == "soaking" ? 1 : pods);
        Write(text, $"cyrus_operator_server_draining_sessions{{{labels}}}", minute => pods * s_services.Sum(one => Draining(space, one.Sessions, minute)));
        foreach (var (service, port, _, _) in s_services)
            Write(text, $"cyrus_operator_server_certificate_not_after_timestamp_seconds{{{labels},cyrus_service=\"{service}\",port=\"{port}\"}}", minute => NotAfter(space, minute));
        Write(text, $"cyrus_operator_rollouts_total{{{labels},outcome=\"healthy\"}}", minute => isPost ? (minute >= Renewal ? 1 : 0) + (minute >= SoakEnd ? 1 : 0) : minute >= Mended ? 1 : 0);
        Write(text, $"cyrus_operator_rollouts_total{{{labels},outcome=\"returned\"}}", minute => !isPost && minute >= Refusal ? 1 : 0);
    }

    private static void Pod(StringBuilder text, string space, int pod)
    {
        var labels = $"namespace=\"{space}\",pod=\"mail-{pod}\",job=\"mail\",instance=\"{space}-{pod}:9180\"";
        Write(text, $"cyrus_reloader_build_info{{{labels}}}", static _ => 1);
        Write(text, $"process_resident_memory_bytes{{{labels}}}", minute => 31e6 + (1e6 * Math.Sin(minute / 30.0)));
        Write(text, $"process_cpu_seconds_total{{{labels}}}", static minute => minute * 0.12);
        foreach (var (service, port, sessions, most) in s_services)
        {
            var own = $"{labels},cyrus_service=\"{service}\"";
            double Busy(int minute) => Math.Round(sessions * (1 + (0.25 * Math.Sin((minute + (pod * 40)) / 70.0))));
            Write(text, $"cyrus_reloader_workers{{{own},state=\"draining\"}}", minute => Draining(space, sessions, minute));
            Write(text, $"cyrus_reloader_workers{{{own},state=\"stale\"}}", static _ => 0);
            Write(text, $"cyrus_reloader_workers{{{own},state=\"fresh\"}}", minute => Math.Max(Busy(minute) - Draining(space, sessions, minute), 0) + 10);
            Write(text, $"cyrus_reloader_sessions{{{own}}}", Busy);
            Write(text, $"cyrus_reloader_service_maxchild{{{own}}}", _ => most);
            Write(text, $"cyrus_reloader_certificate_not_after_timestamp_seconds{{{own},port=\"{port}\"}}", minute => NotAfter(space, minute));
        }
        int Reloads(int minute) => space == "post" ? (minute >= Renewal ? 1 : 0) + (minute >= (pod == 0 ? Soak : SoakEnd) ? 1 : 0) : minute >= Mended ? 1 : 0;
        Write(text, $"cyrus_reloader_reloads_total{{{labels},outcome=\"served\"}}", minute => Reloads(minute));
        Write(text, $"cyrus_reloader_reloads_total{{{labels},outcome=\"refused\"}}", minute => space == "school" && minute >= Refusal ? 1 : 0);
        Write(text, $"cyrus_reloader_checks_failed_total{{{labels},reason=\"CheckFailed\"}}", minute => space == "school" && minute >= Refusal ? 1 : 0);
        Write(text, $"cyrus_reloader_sessions_at_risk{{{labels}}}", static _ => 0);
        Write(text, $"cyrus_reloader_disconnected_sessions{{{labels},how=\"told\"}}", static _ => 0);
        foreach (var (phase, seconds) in (ReadOnlySpan<(string, double)>)[("mounting", 1.1), ("checking", 0.4), ("converging", 0.2), ("proving", 0.06)])
            Histogram(text, "cyrus_reloader_reload_phase_seconds", $"{labels},phase=\"{phase}\"", seconds, Reloads);
    }

    private static void Operator(StringBuilder text)
    {
        const string Labels = "namespace=\"cyrus-system\",pod=\"cyrus-operator-0\",job=\"operator\",instance=\"cyrus-operator-0:8080\"";
        int Rollouts(int minute) => (minute >= Renewal ? 1 : 0) + (minute >= Mended ? 1 : 0) + (minute >= SoakEnd ? 1 : 0);
        int Reconciles(int minute) => (minute * 2) + (40 * Rollouts(minute));
        Write(text, $"cyrus_operator_build_info{{{Labels}}}", static _ => 1);
        Write(text, $"cyrus_operator_inputs_refused_total{{{Labels},reason=\"CheckFailed\"}}", static minute => minute >= Refusal ? 1 : 0);
        Histogram(text, "cyrus_operator_rollout_seconds", $"{Labels},outcome=\"healthy\"", 4, Rollouts);
        foreach (var (phase, seconds) in (ReadOnlySpan<(string, double)>)[("mounting", 1.3), ("checking", 0.6), ("converging", 0.3), ("proving", 0.08)])
            Histogram(text, "cyrus_operator_rollout_phase_seconds", $"{Labels},phase=\"{phase}\"", seconds, Rollouts);
        Write(text, $"controller_runtime_reconcile_total{{{Labels},controller=\"cyrusserver\",result=\"requeue_after\"}}", minute => Reconciles(minute));
        Histogram(text, "controller_runtime_reconcile_time_seconds", $"{Labels},controller=\"cyrusserver\"", 0.012, Reconciles);
        Write(text, $"workqueue_depth{{{Labels},name=\"cyrusserver\",controller=\"cyrusserver\"}}", static minute => minute is Renewal or Refusal ? 2 : 0);
        Write(text, $"rest_client_requests_total{{{Labels},code=\"200\",method=\"GET\",host=\"api\"}}", minute => (minute * 3) + (30 * Rollouts(minute)));
        foreach (var (kind, every) in (ReadOnlySpan<(string, int)>)[("cyrusservers", 7), ("pods", 5), ("secrets", 8)])
            Write(text, $"reflector_progress_age_seconds{{{Labels},name=\"{kind}\"}}", minute => minute % every * 60);
        Write(text, $"leader_election_master_status{{{Labels},name=\"cyrus-operator\"}}", static _ => 1);
        Write(text, $"process_resident_memory_bytes{{{Labels}}}", static minute => 78e6 + (4e6 * Math.Sin(minute / 45.0)));
        Write(text, $"process_cpu_seconds_total{{{Labels}}}", minute => (minute * 0.3) + (2 * Rollouts(minute)));
        Write(text, $"dotnet_gc_pause_seconds_total{{{Labels}}}", static minute => minute * 0.002);
    }

    /// <summary>Sessions of before a reload end one by one, half of them within 40 minutes.</summary>
    private static double Draining(string space, int sessions, int minute)
    {
        var since = space == "post" ? minute >= SoakEnd ? SoakEnd : Renewal : Mended;
        return minute < since ? 0 : Math.Round(sessions * Math.Pow(0.5, (minute - since) / 40.0));
    }

    private static double NotAfter(string space, int minute) => At(0) + (86400 * (space == "school" ? 41 : minute >= Renewal ? 90 : 30));

    private static void Histogram(StringBuilder text, string name, string labels, double typical, Func<int, int> count)
    {
        foreach (var bound in (double[])[0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, double.PositiveInfinity])
        {
            var le = double.IsInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture);
            Write(text, $"{name}_bucket{{{labels},le=\"{le}\"}}", minute => bound >= typical ? count(minute) : 0);
        }
    }

    private static double At(int minute) => End.ToUnixTimeSeconds() - ((Minutes - minute) * 60);

    private static void Write(StringBuilder text, string series, Func<int, double> value)
    {
        for (var minute = 0; minute <= Minutes; minute++)
            text.Append(CultureInfo.InvariantCulture, $"{series} {value(minute)} {At(minute)}\n");
    }
}
