using System.Globalization;
using Operator.Testing.Monitoring;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>What the sidecar of a real server tells Prometheus.</summary>
[Trait("needs", "cyrus")]
[Trait("needs", "prometheus")]
public sealed class MetricsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reload_under_sessions_is_told_by_service_phase_and_listener()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, static bundle => bundle with { MaxChildPop3 = 20 });
        await using var sessions = await LiveSessions.OpenAsync(cyrus.Layout, Stop, rounds: 3);
        var bundle = cyrus.NewBundle() with { MaxChildPop3 = 20 };
        cyrus.Publish(bundle);
        await cyrus.WaitForHealthyAsync(bundle, Stop);

        // The connections that proved it are sessions, too, until their workers have seen them end.
        var text = "";
        await cyrus.UntilAsync(async () => Value(text = await ReadAsync(cyrus), "cyrus_reloader_sessions{cyrus_service=\"pop3\"}") <= 2, Stop);

        (await Promtool.RunAsync(text, Stop, "check", "metrics")).ShouldBe((0, ""));
        Value(text, "cyrus_reloader_master_up").ShouldBe(1);
        Value(text, "cyrus_reloader_workers{cyrus_service=\"imap\",state=\"draining\"}").ShouldBe(3);
        Value(text, "cyrus_reloader_workers{cyrus_service=\"imaps\",state=\"draining\"}").ShouldBe(3);
        Value(text, "cyrus_reloader_workers{cyrus_service=\"pop3\",state=\"draining\"}").ShouldBe(2);
        Value(text, "cyrus_reloader_workers{cyrus_service=\"imap\",state=\"stale\"}").ShouldBe(0);
        Value(text, "cyrus_reloader_sessions{cyrus_service=\"pop3\"}").ShouldBe(2);
        Value(text, "cyrus_reloader_service_maxchild{cyrus_service=\"pop3\"}").ShouldBe(20);
        Value(text, "cyrus_reloader_unserved_since_timestamp_seconds").ShouldBe(0);
        Value(text, "cyrus_reloader_phase{phase=\"healthy\"}").ShouldBe(1);
        Value(text, "cyrus_reloader_reloads_total{outcome=\"served\"}").ShouldBe(2); // the first one is that of the start
        foreach (var phase in (string[])["checking", "converging", "proving"])
            Value(text, $"cyrus_reloader_reload_phase_seconds_count{{phase=\"{phase}\"}}").ShouldBeGreaterThan(0);
        foreach (var listener in cyrus.Layout.Listeners)
            Value(text, $"cyrus_reloader_certificate_not_after_timestamp_seconds{{cyrus_service=\"{listener.Service}\",port=\"{listener.Port}\"}}").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_configuration_that_is_refused_is_counted_by_its_reason_and_stays_unserved()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop);
        cyrus.Publish(cyrus.NewBundle() with { ExtraImapdConf = "tls_ciphers: NOSUCHCIPHER" });
        var refused = await cyrus.WaitForAsync(static report => report.Rejected is not null, Stop);

        var text = await ReadAsync(cyrus);

        Value(text, $"cyrus_reloader_checks_failed_total{{reason=\"{refused.Reason}\"}}").ShouldBe(1);
        Value(text, "cyrus_reloader_reloads_total{outcome=\"refused\"}").ShouldBe(1);
        Value(text, "cyrus_reloader_unserved_since_timestamp_seconds").ShouldBeGreaterThan(0);
    }

    private static async Task<string> ReadAsync(RealCyrus cyrus)
    {
        using var http = new HttpClient(new HttpClientHandler { UseProxy = false });
        return await http.GetStringAsync(new Uri($"http://127.0.0.1:{cyrus.Layout.ReportPort}/metrics"), Stop);
    }

    private static double Value(string text, string series) => double.Parse(
        text.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);
}
