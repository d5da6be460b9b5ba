using System.Net;
using System.Text;
using Operator.Entities.Contract;
using Operator.Reloader.Generations;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reports;

public sealed class ReportServerTests : IAsyncLifetime
{
    private readonly CancellationTokenSource stop = new();
    private readonly ReportBoard board = new(TimeProvider.System);
    private readonly HttpClient http = new();
    private readonly TemporaryDirectory mount = new();
    private readonly ReportKey key = ReportKey.Create();
    private readonly int port = FreePort.Next();
    private Task server = Task.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Mount(key);
        http.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        var options = new ReloaderOptions { ReportHost = "127.0.0.1", ReportPort = port, Run = mount.Path };
        server = new ReportServer(board, new BundleSource(mount.Path).TryReadReportKey, options, TimeProvider.System).RunAsync(stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await server;
        http.Dispose();
        stop.Dispose();
        mount.Dispose();
    }

    [Fact]
    public async Task Report_is_served_as_the_contract_has_it()
    {
        board.Update(report => report with { Phase = ReloadPhase.Healthy, Desired = "a", Active = "a", Served = "a" });

        var report = await GetAsync(key);

        report.IsHealthyFor("a").ShouldBeTrue();
        report.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Long_poll_ends_with_the_next_revision()
    {
        using var reader = new ReportReader(port, key);
        var waiting = reader.ReadAsync(board.Latest, Stop);

        board.Update(report => report with { Desired = "b" });

        (await waiting).Desired.ShouldBe("b");
    }

    [Fact]
    public async Task The_key_of_another_server_opens_nothing()
    {
        (await Should.ThrowAsync<ReportRefusedException>(GetAsync(ReportKey.Create()))).IsDistrust.ShouldBeTrue();
        (await GetAsync(key)).Revision.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_key_counts_from_the_moment_when_it_is_mounted()
    {
        var next = ReportKey.Create();
        Mount(next);

        (await GetAsync(next)).Revision.ShouldBe(1);
        await Should.ThrowAsync<ReportRefusedException>(GetAsync(key));
    }

    [Fact]
    public async Task Without_a_mounted_key_there_is_no_report()
    {
        File.Delete(mount["report.key"]);

        (await Should.ThrowAsync<ReportRefusedException>(GetAsync(key))).Message.ShouldBe("it answered with status 503");
    }

    [Theory]
    [InlineData("GET", "/healthz", HttpStatusCode.OK)]
    [InlineData("GET", "/metrics", HttpStatusCode.OK)]
    [InlineData("GET", "/readyz", HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/report/../..", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/report", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/healthz", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/report", HttpStatusCode.Unauthorized)]
    public async Task A_stranger_gets_no_report_and_nothing_else_but_get_of_known_paths(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await http.SendAsync(request, Stop);

        response.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task A_stranger_is_refused_before_a_long_poll_would_wait()
    {
        using var response = await http.GetAsync(new Uri($"/v1/report?after={board.Latest.Revision}&wait=55", UriKind.Relative), Stop);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        board.Latest.Revision.ShouldBe(1);
    }

    private void Mount(ReportKey mounted) => mount.Write("report.key", Encoding.ASCII.GetString(mounted.ToText()));

    private async Task<ReloadReport> GetAsync(ReportKey with)
    {
        using var reader = new ReportReader(port, with);
        return await reader.ReadAsync(known: null, Stop);
    }
}
