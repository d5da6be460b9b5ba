using System.Net;
using Operator.Entities.Contract;

namespace Operator.Reloader.Tests.Reports;

public sealed class ReportServerTests : IAsyncDisposable
{
    private readonly RunningReportServer server = new(TimeProvider.System);
    private readonly HttpClient http;

    public ReportServerTests() => http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Report_is_served_as_the_contract_has_it()
    {
        server.Board.Update(report => report with { Phase = ReloadPhase.Healthy, Desired = "a", Active = "a", Served = "a" });

        var report = await GetAsync(server.Key);

        report.IsHealthyFor("a").ShouldBeTrue();
        report.Version.ShouldBe(1);
    }

    [Fact]
    public async Task Long_poll_ends_with_the_next_revision()
    {
        using var reader = new ReportReader(server.Port, server.Key);
        var waiting = reader.ReadAsync(server.Board.Latest, Stop);

        server.Board.Update(report => report with { Desired = "b" });

        (await waiting).Desired.ShouldBe("b");
    }

    [Fact]
    public async Task The_key_of_another_server_opens_nothing()
    {
        (await Should.ThrowAsync<ReportRefusedException>(GetAsync(ReportKey.Create()))).IsDistrust.ShouldBeTrue();
        (await GetAsync(server.Key)).Revision.ShouldBe(1);
    }

    [Fact]
    public async Task A_new_key_counts_from_the_moment_when_it_is_mounted()
    {
        var next = ReportKey.Create();
        server.Mount(next);

        (await GetAsync(next)).Revision.ShouldBe(1);
        await Should.ThrowAsync<ReportRefusedException>(GetAsync(server.Key));
    }

    [Fact]
    public async Task Without_a_mounted_key_there_is_no_report()
    {
        server.Unmount();

        (await Should.ThrowAsync<ReportRefusedException>(GetAsync(server.Key))).Message.ShouldBe("it answered with status 503");
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
        using var response = await http.GetAsync(new Uri($"/v1/report?after={server.Board.Latest.Revision}&wait=55", UriKind.Relative), Stop);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        server.Board.Latest.Revision.ShouldBe(1);
    }

    private async Task<ReloadReport> GetAsync(ReportKey with)
    {
        using var reader = new ReportReader(server.Port, with);
        return await reader.ReadAsync(known: null, Stop);
    }
}
