using System.Net;
using System.Text.Json;
using Operator.Entities.Contract;
using Operator.Reloader.Reports;
using Operator.Reloader.Settings;
using Operator.Testing;

namespace Operator.Reloader.Tests.Reports;

public sealed class ReportServerTests : IAsyncLifetime
{
    private readonly CancellationTokenSource stop = new();
    private readonly ReportBoard board = new(TimeProvider.System);
    private readonly HttpClient http = new();
    private Task server = Task.CompletedTask;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        var port = FreePort.Next();
        http.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        server = new ReportServer(board, new ReloaderOptions { ReportHost = "127.0.0.1", ReportPort = port }).RunAsync(stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await server;
        http.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task Report_is_served_as_the_contract_has_it()
    {
        board.Update(report => report with { Phase = ReloadPhase.Healthy, Desired = "a", Active = "a", Served = "a" });

        (await GetAsync("")).IsHealthyFor("a").ShouldBeTrue();
    }

    [Fact]
    public async Task Long_poll_ends_with_the_next_revision()
    {
        var waiting = GetAsync($"?after=1&instance={board.Latest.Instance}&wait=55");

        board.Update(report => report with { Desired = "b" });

        (await waiting).Desired.ShouldBe("b");
    }

    [Theory]
    [InlineData("GET", "/healthz", HttpStatusCode.OK)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/report/../..", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/report", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/healthz", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/v1/report?after=x&wait=y", HttpStatusCode.OK)]
    public async Task Only_get_of_known_paths_is_answered(string method, string path, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await http.SendAsync(request, Stop);

        response.StatusCode.ShouldBe(expected);
    }

    private async Task<ReloadReport> GetAsync(string query) =>
        JsonSerializer.Deserialize(await http.GetByteArrayAsync(PodPaths.ReportPath + query, Stop), ContractJson.Default.ReloadReport)!;
}
