using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;
using Operator.Testing;
using Operator.Testing.Monitoring;

namespace Operator.Reloader.Tests.Reports;

/// <summary>A real Prometheus scrapes the sidecar's port; the engine's part is played.</summary>
[Trait("needs", "prometheus")]
public sealed class PrometheusOnReloaderTests
{
    private const string Pod = "namespace=\"post\",pod=\"mail-0\"";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_reads_the_sidecar_and_its_alerts_fire_and_clear_with_what_it_tells()
    {
        using var mount = new TemporaryDirectory();
        var options = new ReloaderOptions { ReportHost = "127.0.0.1", ReportPort = FreePort.Next(), Run = mount.Path };
        var board = new ReportBoard(TimeProvider.System);
        await using var prometheus = await PrometheusServer.StartAsync(Stop, new ScrapeTarget("mail", $"127.0.0.1:{options.ReportPort}", "post", "mail-0"));

        using (var stop = new CancellationTokenSource())
        {
            var server = new ReportServer(board, new BundleSource(mount.Path).TryReadReportKey, options, TimeProvider.System).RunAsync(stop.Token);
            await prometheus.WaitAsync($"cyrus_reloader_build_info{{{Pod}}}", static found => found.Count == 1, Stop);

            board.Measures.NoteWorkers([new ServiceWorkers("imap", new WorkerCounts { Stale = 2, Draining = 3 })]);
            board.Update(static report => report with
            {
                Saturated = [new SaturatedService("imap", 3, 3)],
                Certificates = [new() { Service = "imaps", Port = 993, Sha256 = "ab", Subject = "CN=mail", NotAfter = TimeProvider.System.GetUtcNow().AddHours(2) }],
            });
            await prometheus.FiresAsync("CyrusStaleWorkerStuck", Pod + ",cyrus_service=\"imap\"", Stop);
            await prometheus.FiresAsync("CyrusMaxchildExhausted", Pod + ",cyrus_service=\"imap\"", Stop);
            await prometheus.FiresAsync("CyrusServedCertificateExpiresSoon", Pod + ",cyrus_service=\"imaps\",port=\"993\",severity=\"critical\"", Stop);

            board.Measures.NoteWorkers([]);
            board.Update(static report => report with { Saturated = [], Certificates = [] });
            await prometheus.ClearsAsync("CyrusStaleWorkerStuck", Pod, Stop);
            await prometheus.ClearsAsync("CyrusMaxchildExhausted", Pod, Stop);
            await prometheus.ClearsAsync("CyrusServedCertificateExpiresSoon", Pod, Stop);
            await stop.CancelAsync();
            await server;
        }
        await prometheus.FiresAsync("CyrusReloaderDown", Pod, Stop);

        using var again = new CancellationTokenSource();
        var next = new ReportServer(board, new BundleSource(mount.Path).TryReadReportKey, options, TimeProvider.System).RunAsync(again.Token);
        await prometheus.ClearsAsync("CyrusReloaderDown", Pod, Stop);
        await again.CancelAsync();
        await next;
    }
}
