using System.Globalization;
using Operator.Entities.Contract;
using Operator.Reloader.Processes;
using Operator.Testing.Mail;

namespace Operator.Reloader.Tests.Cyrus;

/// <summary>httpd, whose clients keep their connections, and with them a worker, for as long as they like.</summary>
[Trait("needs", "cyrus")]
public sealed class HttpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keep_alive_connection_survives_a_reload_and_counts_as_draining_until_it_ends()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AddTo);
        var first = cyrus.First!.Certificate;
        var client = await MailConnection.OpenAsync(cyrus.Layout.Https, tls: true, Stop);
        (await RequestAsync(client)).ShouldStartWith("HTTP/1.1 200");

        var bundle = cyrus.NewBundle();
        cyrus.Publish(bundle);
        var report = await cyrus.WaitForHealthyAsync(bundle, Stop);

        report.Workers.Draining.ShouldBe(1);
        report.Certificates.Single(static certificate => certificate.Service == "https").Sha256.ShouldBe(bundle.Certificate.LeafSha256);
        // Those of the proof end, too.
        await cyrus.UntilAsync(() => cyrus.Workers().Count(static worker => worker is { Service: "https", State: WorkerState.InSession }) == 1, Stop);
        (await RequestAsync(client)).ShouldStartWith("HTTP/1.1 200");
        client.LeafSha256.ShouldBe(first.LeafSha256);
        await using var another = await MailConnection.OpenAsync(cyrus.Layout.Https, tls: true, Stop);
        another.LeafSha256.ShouldBe(bundle.Certificate.LeafSha256);
        (await RequestAsync(another)).ShouldStartWith("HTTP/1.1 200");

        await client.DisposeAsync();
        await cyrus.WaitForAsync(static seen => seen.Workers is { Draining: 0, Stale: 0 }, Stop);
    }

    [Fact]
    public async Task Idle_workers_that_have_served_before_are_replaced_like_fresh_ones()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AddTo);
        foreach (var tls in (bool[])[false, true])
        {
            await using var client = await MailConnection.OpenAsync(tls ? cyrus.Layout.Https : cyrus.Layout.Http, tls, Stop);
            await RequestAsync(client);
        }
        await cyrus.UntilAsync(() => HttpWorkers(cyrus).All(static worker => worker.State == WorkerState.Idle), Stop);
        var before = HttpWorkers(cyrus).Select(static worker => (worker.Pid, worker.Start)).ToHashSet();

        var bundle = cyrus.NewBundle();
        cyrus.Publish(bundle);
        await cyrus.WaitForHealthyAsync(bundle, Stop);

        HttpWorkers(cyrus).ShouldNotContain(worker => before.Contains(new(worker.Pid, worker.Start)));
    }

    [Fact]
    public async Task Service_that_speaks_another_protocol_than_http_is_refused()
    {
        await using var cyrus = await RealCyrus.StartAsync(Stop, AddTo);

        var bad = AddTo(cyrus.NewBundle());
        bad = bad with { ExtraService = bad.ExtraService.Replace("bin/httpd", "bin/imapd", StringComparison.Ordinal) };
        cyrus.Publish(bad);
        var report = await cyrus.WaitForAsync(static seen => seen.Phase == ReloadPhase.Failed, Stop);

        report.Reason.ShouldBe("PreflightFailed", report.Message);
        report.Message.ShouldNotBeNull().ShouldStartWith("Service http: a worker started with it fails: the server answered '* OK");
        report.Message.ShouldContain("to OPTIONS * HTTP/1.1");
    }

    private static Bundle AddTo(Bundle bundle)
    {
        var layout = bundle.Layout;
        return bundle with
        {
            Prefork = 1,
            ExtraImapdConf = "httpmodules: caldav carddav webdav\n",
            ExtraService = $"""
                http cmd="{bundle.Command("httpd")}" listen="127.0.0.1:{layout.Http.Port}" prefork=2
                https cmd="{bundle.Command("httpd")} -s" listen="127.0.0.1:{layout.Https.Port}" prefork=2
                """,
            Listeners =
            [
                .. layout.Listeners,
                new("http", MailProtocol.Http, layout.Http.Port, TlsMode.None),
                new("https", MailProtocol.Http, layout.Https.Port, TlsMode.Implicit),
            ],
        };
    }

    private static IEnumerable<Worker> HttpWorkers(RealCyrus cyrus) =>
        cyrus.Workers().Where(static worker => worker.Service.StartsWith("http", StringComparison.Ordinal));

    /// <summary>A request whose answer leaves the connection open; its status line.</summary>
    private static async Task<string> RequestAsync(MailConnection client)
    {
        await client.WriteAsync("OPTIONS * HTTP/1.1\r\nHost: mail.test\r\n\r\n", Stop);
        var status = await client.ReadLineAsync(Stop);
        while (await client.ReadLineAsync(Stop) is { Length: > 0 } header)
        {
            if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                int.Parse(header[15..], CultureInfo.InvariantCulture).ShouldBe(0, header);
        }
        return status;
    }
}
